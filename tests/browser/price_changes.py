"""The way through the pages of a bulk price change, up to the preview."""

from decimal import Decimal

from playwright.sync_api import Page, expect

NO_BREAK = "\N{NO-BREAK SPACE}"


def preview_raise(keeper: Page, category: str, *, percent: int) -> dict[str, tuple[Decimal, Decimal]]:
    """Raise every price of a category as far as the preview; old and new price by the product's name."""
    keeper.goto("/admin/catalog/pricechangeplan/add/")
    select = keeper.get_by_label("Category")
    words = next(one for one in select.locator("option").all_text_contents() if one.strip() == category)
    select.select_option(label=words.strip())
    keeper.get_by_role("button", name="Next: the new prices").click()
    keeper.get_by_label("What to do").select_option("Raise by a percentage")
    keeper.get_by_label("By, or to").fill(str(percent))
    keeper.get_by_role("button", name="Preview every new price").click()
    expect(keeper.get_by_role("heading", name="Every price")).to_be_visible()
    lines = {}
    for row in keeper.locator("table.larder-table tbody tr").all():
        old, new = row.locator("td.larder-number").all()[:2]
        lines[row.locator("th a").inner_text().strip()] = (_amount(old.inner_text()), _amount(new.inner_text()))
    return lines


def shelf_prices(visitor: Page, shelf: str) -> dict[str, Decimal]:
    """What every product of a shelf costs in the shop, by its name."""
    visitor.goto(f"/c/{shelf}/")
    found = {}
    for card in visitor.locator(".card").all():
        name = card.locator(".card__name").inner_text().replace(NO_BREAK, " ")
        found[name] = Decimal(card.locator(".price__now").inner_text().lstrip("€"))
    return found


def _amount(text: str) -> Decimal:
    return Decimal(text.split(maxsplit=1)[0])
