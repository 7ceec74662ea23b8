// The order's status, as it changes behind the counter: told by the shop (server-sent events), shown without a new page.
// Without this script the page is loaded again: by its link, and by itself while a payment is pending.
(() => {
  const order = () => document.getElementById("order");
  const said = document.getElementById("said");
  const address = order()?.dataset.events;
  if (!address) return;
  const follow = () => order().querySelector("[data-live]")?.classList.add("live--on");
  const source = new EventSource(address);
  follow();

  source.addEventListener("status", (event) => {
    if (event.data === order().dataset.status) return;
    htmx.ajax("GET", location.pathname, { source: order(), target: "#order", select: "#order", swap: "outerHTML show:none" });
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "order") return;
    said.textContent = order().querySelector("h1").textContent;
    document.title = `${order().querySelector("h1").textContent} · Larder`;
    if (order().dataset.events) follow();
    else source.close();
  });

  // An open stream would keep one of the shop's few for nobody.
  window.addEventListener("pagehide", () => source.close());
})();
