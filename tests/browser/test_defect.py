"""A view that fails: the page that says so is put to the checks of all pages, and says nothing of the defect."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.addresses import DEFECT, Address, sources, visit
from tests.browser.axe import in_every_look
from tests.browser.nu_checker import html_errors
from tests.browser.test_narrow import NARROWEST
from tests.browser.wire import sticking_out

PAGE = Address(DEFECT, 500)


def forget_the_defects(complaints: list[str]) -> None:
    """Each visit is complained of, and nothing else is."""
    assert {complaint.rpartition("/defect/")[0].partition(" http")[0] for complaint in complaints} <= {"500 GET"}
    complaints.clear()


def test_a_defect_is_told_by_a_page_of_the_shop_without_a_word_of_it(page: Page, complaints: list[str]) -> None:
    visit(page, PAGE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Something broke on our side; it has been logged.")
    expect(page.get_by_role("link", name="Back to the shop")).to_be_visible()
    assert "a defect of ours" not in page.content()
    forget_the_defects(complaints)


def test_it_has_no_serious_violation(open_page: Callable[..., Page], complaints: list[str]) -> None:
    assert in_every_look(open_page, PAGE) == {}
    forget_the_defects(complaints)


def test_it_is_valid(page: Page, tmp_path: Path) -> None:
    assert html_errors(sources(page, {"defect": PAGE}), directory=tmp_path) == []


def test_it_fits_the_narrowest_phone(open_page: Callable[..., Page], complaints: list[str]) -> None:
    page = open_page(NARROWEST)
    visit(page, PAGE)

    assert sticking_out(page, width=NARROWEST.width) == []
    forget_the_defects(complaints)
