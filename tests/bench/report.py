"""The report of the benchmarks, on the shop that the environment names. Speeds differ between machines; the ratios
hardly do.
"""

import os
import sys

import django

django.setup()

from redis import Redis  # noqa: E402  Django must be set up first
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from catalog.models import Product  # noqa: E402
from tests.bench import checkouts, five_parts, stampede  # noqa: E402
from tests.bench.drain import print_drain  # noqa: E402
from tests.bench.local_tier import print_local_tier  # noqa: E402
from tests.bench.rate_limiter import print_rate_limiter  # noqa: E402
from tests.bench.scale import print_scale  # noqa: E402
from tests.bench.write_behind import print_write_behind  # noqa: E402
from tests.bench.write_through import print_write_through  # noqa: E402

QUICK = "--quick" in sys.argv
CROWDS = 1 if QUICK else 7
SALES = 1 if QUICK else 3
# Checkouts of each buyer.
DEALS = 5 if QUICK else 100
# CHANGES=100000 make bench   drains fewer.
CHANGES = 2000 if QUICK else int(os.environ.get("CHANGES") or 1_000_000)
# PRODUCTS=100000 make bench   seeds a smaller one.
LARGE = 2000 if QUICK else int(os.environ.get("PRODUCTS") or 1_000_000)


def main() -> None:
    console = Console()
    print_five_parts(console)
    print_local_tier(console, rounds=5 if QUICK else 200)
    print_rate_limiter(console, rounds=5 if QUICK else 200)
    print_stampede(console)
    print_write_through(console, rounds=5 if QUICK else 60)
    print_write_behind(console, rounds=5 if QUICK else 100)
    print_checkouts(console)
    print_drain(console, rows=CHANGES)
    print_scale(console, products=LARGE, rounds=1 if QUICK else 5)


def print_five_parts(console: Console) -> None:
    client = Redis.from_url(os.environ["REDIS_URL"])
    product_id = Product.objects.filter(is_published=True).values_list("pk", flat=True).order_by("pk")[0]
    times = five_parts.measure(product_id, client)
    table = Table(title="A product's own five parts, warm, one process")
    for heading in ("way", "us a call", "times a bare MGET", "larder is faster by"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, microseconds in times.items():
        ratios = (microseconds / times["bare MGET"], microseconds / times["larder"])
        table.add_row(name, f"{microseconds:.0f}", f"{ratios[0]:.2f}", f"{ratios[1]:.1f}")
    console.print(table)
    console.print("Goals: larder at most 1.30 times a bare MGET; queries at least 17 times larder.\n")


def print_stampede(console: Console) -> None:
    callers = f"{stampede.PROCESSES * stampede.CALLERS} callers in {stampede.PROCESSES} processes"
    table = Table(title=f"{callers} miss one key; a load takes 50 ms: the median of {CROWDS}")
    for heading in ("way", "loads", "p50 wait, ms", "p99 wait, ms"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way in stampede.WAYS:
        outcome = stampede.measure(way, crowds=CROWDS)
        table.add_row(way, str(outcome.loads), f"{outcome.p50_ms:.0f}", f"{outcome.p99_ms:.0f}")
    console.print(table)
    console.print("Goals: 1 load in all, and a p99 wait of at most 70 ms.\n")


def print_checkouts(console: Console) -> None:
    ids = list(
        Product.objects.filter(is_published=True).order_by("pk").values_list("pk", flat=True)[: checkouts.SPREAD]
    )
    checkouts.stock_up(ids)
    buyers = f"{checkouts.PROCESSES * checkouts.THREADS} buyers in {checkouts.PROCESSES} processes"
    table = Table(title=f"Checkouts a second, {buyers}; the median of {SALES}")
    for heading in ("rows", "bare UPDATE", "larder", "times slower"):
        table.add_column(heading, justify="left" if heading == "rows" else "right")
    for name, product_ids in (("one hot product", ids[:1]), (f"{len(ids):,} products", ids)):
        runs = [
            [checkouts.measure(way, product_ids=product_ids, deals=DEALS) for way in checkouts.WAYS]
            for _ in range(SALES)
        ]
        bare, larder = sorted(runs, key=lambda run: run[0] / run[1])[SALES // 2]
        table.add_row(name, f"{bare:,.0f}", f"{larder:,.0f}", f"{bare / larder:.1f}")
    console.print(table)
    console.print("A checkout is some 50 statements in several transactions; the bare one is a single UPDATE.\n")


if __name__ == "__main__":
    main()
