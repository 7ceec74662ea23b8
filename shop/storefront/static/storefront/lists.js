// What changing a list without a new page needs besides htmx: short addresses, folds that stay open, focus, words.
// Without this script, and without htmx, the forms and links load whole pages.
(() => {
  const said = document.getElementById("said");
  let open = [];
  let shown = 0;
  let focused = "";

  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    if (!event.target.matches("form.filters")) return;
    for (const name of [...parameters.keys()]) {
      if (parameters.getAll(name).every((value) => value === "")) parameters.delete(name);
    }
  });

  document.addEventListener("htmx:beforeSwap", () => {
    open = [...document.querySelectorAll("#list details[open]")].map((fold) => fold.id);
    focused = document.activeElement?.id ?? "";
    shown = document.querySelectorAll("#cards > li").length;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "cards") document.querySelectorAll("#cards .card__name a")[shown]?.focus();
    if (target.id !== "list") return;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    said.textContent = document.getElementById("count")?.textContent ?? "";
  });
})();
