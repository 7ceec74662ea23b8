// Once this page has been shown to somebody, its product has been looked at, and the shop is told so: once, and by the
// page itself, since whoever keeps copies of pages does not ask the shop. Without this script a picture tells it.
(() => {
  const address = document.currentScript.dataset.views;

  const tell = () => {
    // Both outlive the page. What is refused or lost is one view too few, and nothing that a visitor should hear of.
    if (navigator.sendBeacon?.(address)) return;
    fetch(address, { method: "POST", keepalive: true }).catch(() => {});
  };

  // A page that the browser has fetched ahead, or opened behind another, is looked at when it comes to the front.
  const isShown = () => !document.prerendering && document.visibilityState === "visible";
  const look = () => {
    if (!isShown()) return;
    document.removeEventListener("prerenderingchange", look);
    document.removeEventListener("visibilitychange", look);
    tell();
  };

  document.addEventListener("prerenderingchange", look);
  document.addEventListener("visibilitychange", look);
  look();
})();
