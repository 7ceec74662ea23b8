"""What our templates add to the admin's pages is HTML as the standard has it."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.addresses import Address, sources
from tests.browser.admin_addresses import ADMIN_DOOR, admin_pages
from tests.browser.nu_checker import html_errors
from tests.browser.stocked_shop import Shop
from tests.browser.test_shopkeeper_csv import file_of

# What templates that are not ours say: a pattern each for the whole message. Anything else is ours to mend.
NOT_OURS = (
    # unfold is written for Alpine and htmx, whose attributes the standard does not know.
    r"Attribute “(x|hx)-[\w:.-]+” not allowed on element “\w+” at this point\.",
    # unfold's field.html leaves out the element that Django's widgets point to.
    r"The “aria-describedby” attribute must point to an element in the same document\.",
    # unfold's skeleton.html, change_list_results.html, tabular inlines, stacked inlines, file field.
    r"Element “style” not allowed as child of element “body” in this context\. .*",
    r"No space between attributes\.",
    r"Bad value “100%” for attribute “colspan” on element “td”: .*",
    r"Table column \d+ established by element “td” has no cells beginning in it\.",
    r"Element “div” not allowed as child of element “h[23]” in this context\. .*",
    r"Any “input” descendant of a “label” element with a “for” attribute must have an ID value that matches .*",
    r"The “label” element may contain at most one “button”, “input”, .* descendant\.",
    r"Bad value “” for attribute “for” on element “label”: An ID must not be the empty string\.",
    r"The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control\.",
    # unfold's widget for a password that nobody reads.
    r"Attribute “disabled” not allowed on element “div” at this point\.",
    # Django's selects, whose empty choice comes from a script or is called "---------".
    r"The first child “option” element of a “select” element with a “required” attribute, .*",
    r"A “select” element with a “required” attribute, .* must have a child “option” element\.",
    r"Element “option” without attribute “label” must not be empty\.",
)


def test_our_part_of_the_admin_s_pages_is_valid(keeper: Page, shop: Shop, tmp_path: Path) -> None:
    pages = sources(keeper, admin_pages(shop))

    assert html_errors(pages, directory=tmp_path, excused=NOT_OURS) == []


def test_the_admin_s_door_is_valid(page: Page, tmp_path: Path) -> None:
    pages = sources(page, {"door": Address(ADMIN_DOOR)})

    assert html_errors(pages, directory=tmp_path, excused=NOT_OURS) == []


def test_the_report_on_a_file_is_valid(keeper: Page, shop: Shop, tmp_path: Path) -> None:
    """As the server answers to a file, before any script has changed it."""
    address = admin_pages(shop)["files"].path
    keeper.goto(address)
    token = keeper.locator("[name=csrfmiddlewaretoken]").first.input_value()
    file = file_of("LRD-0000001,cheap,1.00", "NOBODY'S,2,1")

    report = keeper.request.post(
        address,
        multipart={"csrfmiddlewaretoken": token, "mode": "check", "file": file},
        headers={"Referer": shop.url + address},
    ).text()

    assert "cheap" in report
    assert "larder-report" in report
    assert html_errors({"report": report}, directory=tmp_path, excused=NOT_OURS) == []
