"""Which products a sale is about, as staff paste them: a SKU a line, and behind it a price of its own, if any.

JAM-001
JAM-002   2.50
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError

from catalog.models import FlashSaleItem, Product

NAMED: Final = 10
# As many as fit into a form that is sent back; what is more is kept by leaving the field empty.
MOST_LINES_SHOWN: Final = 2_000
LONGEST_SKU: Final = 32
_LINE: Final = re.compile(r"(\S+)(?:[\s,;]+([0-9]{1,8}(?:[.][0-9]{1,2})?))?")


def read_lines(text: str) -> dict[int, Decimal | None]:
    """Product ids with their own prices. Raises ValidationError that names the first few wrong lines."""
    wanted: dict[str, Decimal | None] = {}
    wrong: list[str] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        found = _LINE.fullmatch(line)
        sku = found[1].rstrip(",;") if found else ""
        if found is None or len(sku) > LONGEST_SKU:
            wrong.append(line)
        else:
            wanted[sku] = Decimal(found[2]) if found[2] else None
    if wrong:
        raise ValidationError(f"Not a SKU, or a SKU and a price: {_named(wrong)}.")
    known = dict(Product.objects.filter(sku__in=list(wanted)).values_list("sku", "pk"))
    if unknown := [sku for sku in wanted if sku not in known]:
        raise ValidationError(f"No product has the SKU: {_named(unknown)}.")
    return {known[sku]: amount for sku, amount in wanted.items()}


def written_lines(*, sale_id: int) -> str:
    """A sale's products as `read_lines` reads them; nothing for more than 2,000."""
    items = FlashSaleItem.objects.filter(sale=sale_id).order_by("product")
    rows = list(items.values_list("product__sku", "amount")[: MOST_LINES_SHOWN + 1])
    return "" if len(rows) > MOST_LINES_SHOWN else "\n".join(_written(dict(rows)))


def _written(rows: Mapping[str, Decimal | None]) -> Iterator[str]:
    for sku, amount in rows.items():
        yield sku if amount is None else f"{sku} {amount}"


def _named(texts: list[str]) -> str:
    more = f" and {len(texts) - NAMED:,} more" if len(texts) > NAMED else ""
    return ", ".join(text[:40] for text in texts[:NAMED]) + more
