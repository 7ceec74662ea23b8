"""No table of the admin is forgotten by the checks that every page is put to."""

import re

from django.contrib import admin
from playwright.sync_api import StorageState

from tests.browser.admin_addresses import admin_pages, sales_pages
from tests.browser.stocked_shop import Shop


def test_every_table_of_the_admin_is_looked_at_as_a_list_and_as_one_of_its_rows(
    shop: Shop, customer: StorageState
) -> None:
    paths = [address.path for pages in (admin_pages(shop), sales_pages(shop)) for address in pages.values()]
    tables = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]

    assert tables
    assert [table for table in tables if table not in paths] == []
    assert [table for table in tables if not any(re.fullmatch(f"{table}[^/]+/change/", path) for path in paths)] == []
