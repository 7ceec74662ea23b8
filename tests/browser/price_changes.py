"""The way through the pages of a bulk price change, up to the preview."""

from decimal import Decimal
from typing import Final

from playwright.sync_api import Page, expect

# Shelves whose prices tests change, each for one test: no flash sale touches them. Name and address.
RAISED_ONCE: Final = {
    "wide": ("Loaves", "loaves"),
    "phone": ("Cakes & pastries", "cakes-pastries"),
    "dark": ("Biscuits", "biscuits"),
    "without script": ("Crisps & crackers", "crisps-crackers"),
}
CLICKED_TWICE: Final = {
    "wide": ("Rolls & flatbreads", "rolls-flatbreads"),
    "phone": ("Baking", "baking"),
    "dark": ("Spices & salt", "spices-salt"),
    "without script": ("Tins & sauces", "tins-sauces"),
}
PRICED_SHELVES: Final = tuple(slug for shelves in (RAISED_ONCE, CLICKED_TWICE) for _, slug in shelves.values())
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
