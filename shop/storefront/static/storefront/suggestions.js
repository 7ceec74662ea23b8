// The suggestions under the search field: by arrow keys, closed by Escape, and told to screen readers.
// Without this script the field still searches.
(() => {
  const field = document.getElementById("site-search");
  const list = document.getElementById("suggestions");
  const said = document.getElementById("said");
  if (!field || !list) return;

  const links = () => [...list.querySelectorAll("a")];
  const close = () => {
    list.hidden = true;
  };

  const move = (step) => {
    const all = links();
    const place = all.indexOf(document.activeElement) + step;
    if (list.hidden || !all.length) return false;
    if (place < 0) field.focus();
    else all[Math.min(place, all.length - 1)].focus();
    return true;
  };

  field.form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.key === "ArrowUp" && document.activeElement === field) return;
      if (move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden && links().length) {
      event.preventDefault();
      field.focus();
      close();
    }
  });

  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) close();
  });

  field.addEventListener("focus", () => {
    list.hidden = false;
  });

  list.addEventListener("htmx:afterSwap", () => {
    list.hidden = !field.form.contains(document.activeElement);
    said.textContent = list.querySelector("[data-said]")?.dataset.said ?? "";
  });
})();
