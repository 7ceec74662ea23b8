"""Pages in a small shop and in a large one, side by side: with empty caches (cold) and with full ones (warm)."""

import os
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.scale.shops import Figures, drop_shop, make_shop, measured

SMALL: Final = 1000
ROUNDS: Final = 5


def print_scale(console: Console, *, products: int, rounds: int = ROUNDS) -> None:
    """Seed both shops, measure every page in both, and print the times; a large shop takes minutes to seed."""
    shops: list[str] = []
    try:
        for size in (SMALL, products):
            console.print(f"Seeding a shop of {size:,} products ...")
            shops.append(make_shop(products=size, database_url=os.environ["DATABASE_URL"]))
        found = [measured(shop, rounds=rounds) for shop in shops]
        console.print(_table(found, sizes=(SMALL, products)))
    finally:
        for shop in shops:
            drop_shop(shop)


def _table(found: Sequence[dict[str, Figures]], *, sizes: Sequence[int]) -> Table:
    table = Table(title="A page, ms: statements, and times with empty and with full caches")
    table.add_column("page")
    for size in sizes:
        for heading in ("statements", "cold", "warm"):
            table.add_column(f"{heading}\n{size:,}", justify="right")
    small, large = found
    for name in small:
        cells = [name]
        for figures in (small[name], large[name]):
            cells += [
                f"{figures.cold_queries}/{figures.warm_queries}",
                f"{figures.cold_ms:.0f}",
                f"{figures.warm_ms:.0f}",
            ]
        table.add_row(*cells)
    return table
