// The suggestions under the search field: by arrow keys, closed by Escape, and told to screen readers.
// Without this script the field still searches.
(() => {
  const field = document.getElementById("site-search");
  const list = document.getElementById("suggestions");
  const said = document.getElementById("said");
  if (!field || !list) return;
  // Closed by Escape: until somebody types on, no answer and no focus opens the list again.
  let closed = false;

  const links = () => [...list.querySelectorAll("a")];
  const show = (open) => {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open && links().length > 0));
  };

  // A field that opens a list is a combobox; other fields may not be called expanded.
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", list.id);
  show(false);

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
      if (event.key === "ArrowDown") {
        closed = false;
        show(true);
      }
      if (move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Escape") {
      // The browser's own Escape empties the field: only where no list was in the way.
      if (!list.hidden && links().length) event.preventDefault();
      htmx.trigger(field, "htmx:abort");
      closed = true;
      if (document.activeElement !== field) field.focus();
      show(false);
    }
  });

  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) show(false);
  });

  field.addEventListener("focus", () => show(!closed));

  field.addEventListener("input", () => {
    closed = false;
  });

  // A key may be typed and Escape pressed before the field has even asked.
  field.addEventListener("htmx:beforeRequest", (event) => {
    if (closed) event.preventDefault();
  });

  field.addEventListener("suggestions:failed", () => show(false));

  list.addEventListener("htmx:afterSwap", () => {
    show(!closed && field.form.contains(document.activeElement));
    said.textContent = list.querySelector("[data-said]")?.dataset.said ?? "";
  });
})();
