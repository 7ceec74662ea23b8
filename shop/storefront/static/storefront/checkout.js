// Paying takes a moment: the button says so, and a second click does nothing. What was refused has the focus.
// Without this script a second click sends the same key, and gets the same order.
(() => {
  const form = document.getElementById("checkout");
  const button = form?.querySelector("[data-waiting]");
  document.querySelector("main [data-answer]")?.focus();
  if (!button) return;
  const words = button.textContent;

  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.waiting;
  });

  // The browser's back button may bring the page as it was left.
  window.addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  });
})();
