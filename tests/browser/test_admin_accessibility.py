"""axe finds nothing serious on any page of the admin, light or dark, wide or on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import Address
from tests.browser.admin_addresses import ADMIN_DOOR, ADMIN_PAGES, admin_pages
from tests.browser.axe import LOOKS, in_every_look, violations
from tests.browser.stocked_shop import Shop
from tests.browser.test_shopkeeper_csv import file_of, upload

# The box that Django's script makes of a select has no name for a screen reader; the mark beside its pair of boxes has
# one that its element may not have.
OF_DJANGO = (".select2-container", ".help-tooltip")


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_a_page_of_the_admin_has_no_serious_violation(
    open_page: Callable[..., Page], staff_login: StorageState, shop: Shop, name: str
) -> None:
    assert in_every_look(open_page, admin_pages(shop)[name], login=staff_login, without=OF_DJANGO) == {}


def test_the_admin_s_door_has_no_serious_violation(open_page: Callable[..., Page]) -> None:
    assert in_every_look(open_page, Address(ADMIN_DOOR)) == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_report_on_a_file_has_no_serious_violation(
    open_page: Callable[..., Page], staff_login: StorageState, look: str
) -> None:
    page = open_page(LOOKS[look], login=staff_login)
    upload(page, file_of("LRD-0000001,cheap,1.00", "NOBODY'S,2.00,1.00"), mode="Check only")

    assert violations(page, without=OF_DJANGO) == []
