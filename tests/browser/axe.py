"""What axe says of a page: the accessibility checks that a program can make."""

from collections.abc import Callable, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import Address, visit
from tests.browser.looks import DARK, DARK_PHONE, PHONE, WIDE

SEVERE = ("serious", "critical")
LOOKS = {"wide": WIDE, "phone": PHONE, "dark": DARK, "dark phone": DARK_PHONE}


def violations(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """Each severe violation on the page as it is shown now: its rule, what is wrong, and where.

    What lies in an element that a selector of `without` finds is not looked at.
    """
    context: dict[str, Any] = {"include": ["html"], "exclude": [[selector] for selector in without]}
    response: dict[str, Any] = Axe().run(page, context).response
    return [
        f"{rule['impact']} {rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in response["violations"]
        if rule["impact"] in SEVERE
        for node in rule["nodes"]
    ]


def in_every_look(
    open_page: Callable[..., Page],
    address: Address,
    *,
    login: StorageState | None = None,
    without: Sequence[str] = (),
) -> dict[str, list[str]]:
    """The violations of a page by the look that shows them; looks without any are left out."""
    found = {}
    for name, look in LOOKS.items():
        page = open_page(look, login=login)
        visit(page, address)
        if severe := violations(page, without=without):
            found[name] = severe
        page.context.close()
    return found
