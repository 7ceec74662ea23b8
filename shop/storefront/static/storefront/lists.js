// What changing a list without a new page needs besides htmx: short addresses, folds that stay open, focus, words.
// Without this script, and without htmx, the forms and links load whole pages.
(() => {
  const said = document.getElementById("said");
  let open = [];
  let prices = [];
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
    prices = [...document.querySelectorAll("#filters .facet__between input")].map((field) => [field.id, field.value]);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "list") return;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    // A price may have been typed while the answer was on its way.
    for (const [id, value] of prices) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    said.textContent = document.getElementById("count")?.textContent ?? "";
  });
})();
