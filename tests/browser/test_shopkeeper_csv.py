"""A file of products with broken rows: every broken cell is named, and what comes in is what was chosen."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.goods import product_address
from tests.browser.stocked_shop import Shop

HEAD = "sku,regular_amount,amount"


def file_of(*rows: str) -> FilePayload:
    return {"name": "prices.csv", "mimeType": "text/csv", "buffer": "\r\n".join([HEAD, *rows]).encode()}


def upload(keeper: Page, file: FilePayload, *, mode: str) -> None:
    keeper.goto("/admin/catalog/product/csv/")
    keeper.get_by_label("CSV file").set_input_files(file)
    keeper.get_by_role("radio", name=mode).check()
    keeper.locator("button", has_text="Upload").click()
    expect(keeper.locator(".larder-report")).to_be_visible()


def test_a_file_with_broken_rows_names_each_broken_cell_and_imports_as_chosen(
    keeper: Page, open_page: Callable[..., Page], shop: Shop
) -> None:
    address = product_address(shop, with_reviews=True, skip=9)
    sku = shop.ask("SELECT sku FROM catalog_product WHERE id = %s", int(address.rstrip("/").rpartition("-")[2]))[0][0]
    visitor = open_page()
    visitor.goto(address)
    before = visitor.locator(".product .price__now").inner_text()

    upload(keeper, file_of(f"{sku},77.70,66.60", "LRD-0000002,cheap,1.00"), mode="Import if every row is good")
    expect(keeper.locator(".larder-report")).to_contain_text("Nothing was imported")
    expect(keeper.get_by_role("row").filter(has_text="regular_amount").filter(has_text="cheap")).to_be_visible()
    visitor.reload()
    expect(visitor.locator(".product .price__now")).to_have_text(before)

    upload(keeper, file_of(f"{sku},77.70,66.60", "LRD-0000002,cheap,1.00"), mode="Import the good rows")
    expect(keeper.locator(".larder-report")).to_contain_text("Imported.")
    expect(keeper.get_by_role("link", name="Download the errors as CSV")).to_be_visible()
    visitor.reload()
    expect(visitor.locator(".product .price__now")).to_have_text("€66.60")
    expect(visitor.locator(".product .price__was")).to_have_text("€77.70")
