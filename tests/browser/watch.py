"""What nobody should see happen behind a page: errors on the console, answers that fail, requests to other hosts."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# A request that the page itself gave up, because a newer one took its place.
GIVEN_UP = "net::ERR_ABORTED"
# What htmx says of such a request; of one that failed it says "htmx:sendError" too.
SAID_OF_GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
# How the shop says that a form is not filled in well.
FORM_REFUSED = 422


def watch(context: BrowserContext, *, host: str, complaints: list[str]) -> None:
    """Add every complaint about the context's pages to the list, as it comes up."""

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != host:
            complaints.append(f"another host was asked: {request.url}")

    def answered(response: Response) -> None:
        # What a form has refused, and a whole page that is not there, is for the test to look at.
        told = response.status == FORM_REFUSED or response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not told):
            complaints.append(f"{response.status} {response.request.method} {response.url}")

    def failed(request: Request) -> None:
        if request.failure != GIVEN_UP:
            complaints.append(f"no answer ({request.failure}): {request.url}")

    def said(message: ConsoleMessage) -> None:
        # An answer that failed is told above, with its address.
        told = "Failed to load resource" in message.text or message.text.startswith(SAID_OF_GIVEN_UP)
        if message.type in ("error", "warning") and not told:
            complaints.append(f"console: {message.text}")

    def broke(error: WebError) -> None:
        complaints.append(f"script: {error.error}")

    context.on("request", asked)
    context.on("response", answered)
    context.on("requestfailed", failed)
    context.on("console", said)
    context.on("weberror", broke)
