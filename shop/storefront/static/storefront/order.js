// The order's status, as it changes behind the counter: told by the shop (server-sent events), shown without a new page.
// Without this script the page is loaded again: by its link, and by itself while a payment is pending.
(() => {
  const order = () => document.getElementById("order");
  const said = document.getElementById("said");
  const address = order()?.dataset.events;
  if (!address) return;
  const follow = () => order().querySelector("[data-live]")?.classList.add("live--on");
  let source;
  let pause = 5000;

  const open = () => {
    source = new EventSource(address);
    source.addEventListener("open", () => {
      pause = 5000;
    });
    source.addEventListener("status", (event) => {
      if (event.data === order().dataset.status) return;
      htmx.ajax("GET", location.pathname, { source: order(), target: "#order", select: "#order", swap: "outerHTML show:none" });
    });
    // A browser comes again by itself, but not after an answer that says no, as a shop does whose database is away.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED || !order().dataset.events) return;
      setTimeout(open, pause);
      pause = Math.min(2 * pause, 60000);
    });
  };

  open();
  follow();

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
