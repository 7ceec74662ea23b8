"""What a page costs: bytes over the wire, how far its parts jump while it loads, and whether it fits its window."""

from operator import itemgetter

from playwright.sync_api import Page, Request

from tests.browser.addresses import Address, visit

PICTURES = ("image", "media")
# Each shift that the visitor has not caused; the sum of their sizes is the cumulative layout shift.
RECORD_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    const moved = entry.sources.map(source => source.node?.outerHTML?.slice(0, 90) ?? source.node?.textContent);
    if (!entry.hadRecentInput) window.shifts.push([entry.value, moved]);
  }
}).observe({type: "layout-shift", buffered: true});
"""


def first_visit(page: Page, address: Address) -> dict[str, int]:
    """Open the page with an empty cache; the bytes of each answer, headers and all, without the pictures'."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("requestfinished", note)
    visit(page, address)
    page.remove_listener("requestfinished", note)
    sizes = {request.url: request.sizes() for request in requests if request.resource_type not in PICTURES}
    return {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}


def layout_shift(page: Page, address: Address) -> tuple[float, list[object]]:
    """The cumulative layout shift of loading the page and reading it to its end, and what has shifted.

    Of a page that shifts, the lesser of two visits: what jumps does so each time, what a busy machine has painted half
    read does not.
    """
    page.add_init_script(RECORD_SHIFTS)
    first = _shifts_of_a_visit(page, address)
    return min(first, _shifts_of_a_visit(page, address), key=itemgetter(0)) if first[0] else first


def _shifts_of_a_visit(page: Page, address: Address) -> tuple[float, list[object]]:
    visit(page, address)
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    # Two frames later the observer has been told.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts: list[tuple[float, object]] = page.evaluate("() => window.shifts")
    return sum(value for value, _ in shifts), [source for _, source in shifts]


def sticking_out(page: Page, *, width: int) -> list[str]:
    """Why the page can be scrolled sideways; nothing when it can't."""
    wide: int = page.evaluate("() => document.documentElement.scrollWidth")
    if wide <= width:
        return []
    named: list[str] = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(one => one.getBoundingClientRect().right + scrollX > width + 0.5)
            .map(one => `${one.localName}#${one.id}.${one.className} to ${one.getBoundingClientRect().right} px`)""",
        width,
    )
    return [f"the page is {wide} px wide", *named[:10]]
