"""axe finds nothing serious on any page of the admin, light or dark, wide or on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser.addresses import ADMIN_PAGES, admin_pages
from tests.browser.axe import in_every_look
from tests.browser.stocked_shop import Shop

# The box that Django's script makes of a select has no name for a screen reader.
OF_DJANGO = (".select2-container",)


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_a_page_of_the_admin_has_no_serious_violation(
    open_page: Callable[..., Page], staff_login: StorageState, shop: Shop, name: str
) -> None:
    assert in_every_look(open_page, admin_pages(shop)[name], login=staff_login, without=OF_DJANGO) == {}
