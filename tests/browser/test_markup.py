"""Every page of the shop is HTML as the standard has it, says the Nu Html Checker."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.addresses import shop_pages, sources
from tests.browser.nu_checker import html_errors
from tests.browser.stocked_shop import Shop

GOOD = '<!doctype html><html lang="en"><title>Good</title><h1>Good</h1>'


def test_the_shop_s_pages_are_valid(page: Page, shop: Shop, tmp_path: Path) -> None:
    pages = sources(page, shop_pages(shop))

    assert html_errors(pages, directory=tmp_path) == []


def test_a_planted_mistake_is_found_and_named(tmp_path: Path) -> None:
    bad = f'{GOOD}<ul><p>no item</p></ul><img src="x.svg"><a id="a"></a><a id="a"></a>'

    errors = html_errors({"good": GOOD, "bad": bad}, directory=tmp_path)

    assert len(errors) == 3
    assert all(error.startswith("bad, line 1: ") for error in errors)


def test_only_the_excused_message_is_left_out(tmp_path: Path) -> None:
    bad = f'{GOOD}<p x-data="1" y-data="1">two unknown attributes</p>'

    errors = html_errors({"bad": bad}, directory=tmp_path, excused=("Attribute “x-data” not allowed .*",))

    assert len(errors) == 1
    assert "y-data" in errors[0]
