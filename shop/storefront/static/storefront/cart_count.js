// How many goods are in the cart, said beside the header's link. It stands in a cookie that each answer about the cart
// sets, so that no page has to ask for it, and every page is the same for everybody.
// Without this script the link just says "Cart".
(() => {
  const shown = document.getElementById("cart-count");
  if (!shown) return;

  const show = () => {
    const count = Number(/(?:^|; )cart_count=(\d{1,5})(?:;|$)/.exec(document.cookie)?.[1] ?? 0);
    shown.replaceChildren();
    shown.hidden = count === 0;
    if (count === 0) return;
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = count === 1 ? " good" : " goods";
    shown.append(String(count), words);
  };

  show();
  document.addEventListener("htmx:afterRequest", show);
  // The page before this one may come back out of the browser's memory.
  window.addEventListener("pageshow", show);
})();
