// The departments behind a button: closed by Escape, and when the focus goes elsewhere, which the open menu would cover.
// Without this script the button opens and closes it.
(() => {
  const menu = document.querySelector("details.menu");
  if (!menu) return;

  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
})();
