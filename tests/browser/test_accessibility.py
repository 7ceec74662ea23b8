"""axe finds nothing serious on any page of the shop, light or dark, wide or on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import SHOP_PAGES, shop_pages
from tests.browser.axe import in_every_look, violations
from tests.browser.looks import DARK, PHONE, WIDE, Look
from tests.browser.stocked_shop import Shop

BAD_PAGE = """<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1>
<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #222 } }</style>
<p>Words</p>%s</main>"""


@pytest.mark.parametrize("name", SHOP_PAGES)
def test_a_page_of_the_shop_has_no_serious_violation(open_page: Callable[..., Page], shop: Shop, name: str) -> None:
    assert in_every_look(open_page, shop_pages(shop)[name]) == {}


@pytest.mark.parametrize(
    ("planted", "look", "rule"),
    [
        ('<img src="data:,">', WIDE, "image-alt"),
        ('<input name="q">', PHONE, "label"),
        ("<p>Dark words on dark ground</p>", DARK, "color-contrast"),
    ],
)
def test_a_planted_violation_is_found(open_page: Callable[..., Page], planted: str, look: Look, rule: str) -> None:
    page = open_page(look)
    page.set_content(BAD_PAGE % planted)

    assert any(f" {rule} " in violation for violation in violations(page))


def test_the_page_without_its_violation_passes(open_page: Callable[..., Page]) -> None:
    page = open_page(WIDE)
    page.set_content(BAD_PAGE % "")

    assert violations(page) == []
