// Something was put into the cart without a new page: the eye and the keyboard are led to what the shop said to it.
// Without this script, and without htmx, the form loads a whole page at the right place.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "buy") document.querySelector("#buy [data-answer]")?.focus();
});
