// The cart was changed without a new page: screen readers hear the new sum, and the keyboard is led on.
// Without this script, and without htmx, each form loads the whole page.
(() => {
  const said = document.getElementById("said");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "cart") return;
    const cart = document.getElementById("cart");
    said.textContent = cart.dataset.said;
    // htmx has kept the focus where the field is still there; a line that was taken out leads to what was said of it.
    if (cart.contains(document.activeElement)) return;
    (cart.querySelector("[aria-invalid]") ?? cart.querySelector("[data-answer]") ?? cart.querySelector("h1")).focus();
  });
})();
