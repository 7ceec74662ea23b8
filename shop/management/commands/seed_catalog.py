"""manage.py seed_catalog --products 1000 --seed 1"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog.seeding import run as catalog_seeding
from catalog.seeding.visitors import post_recent_reviews
from inventory import seeding as inventory_seeding
from shop.events.fast_path import announced_changes

PLAIN_STEP = 10_000
MOST_PRODUCTS = 1_000_000


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_PRODUCTS:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_PRODUCTS:,}")
    return number


def _seed(text: str) -> int:
    number = int(text)
    if abs(number) >= 2**63:
        raise argparse.ArgumentTypeError("a number of 63 bits")
    return number


def _deliver(seed: int, product_ids: Sequence[int]) -> None:
    inventory_seeding.deliver(product_ids=product_ids, seed=seed)


class Command(BaseCommand):
    help = "Fill the shop with believable groceries. The same call twice changes nothing; a larger number adds to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=_count, default=1000, help="how many products (default 1,000)")
        parser.add_argument(
            "--seed", type=_seed, default=1, help="which goods: the same seed makes the same (default 1)"
        )

        parser.add_argument(
            "--visitors", action="store_true", help="also post reviews of the last two weeks, some of them unmoderated"
        )

    def handle(self, *args: Any, products: int, seed: int, visitors: bool = False, **options: Any) -> None:
        began = time.perf_counter()
        try:
            with self._progress(products) as progress:
                added = catalog_seeding.seed_shop(
                    products=products, seed=seed, progress=progress, on_batch=partial(_deliver, seed)
                )
        except catalog_seeding.OtherSeedError as error:
            raise CommandError(str(error)) from error
        if added == 0 and not inventory_seeding.is_stocked():
            self._stock(seed)
            return
        if added == 0:
            self.stdout.write(f"Nothing to do: the shop has {products:,} products of seed {seed} already.")
            return
        if not connection.in_atomic_block:
            catalog_seeding.settle()
            inventory_seeding.settle()
        seconds = time.perf_counter() - began
        self.stdout.write(f"Added {added:,} products in {seconds:.1f} s ({added / seconds:,.0f} a second).")
        if visitors:
            self.stdout.write(f"Posted {post_recent_reviews()} reviews of the last two weeks.")

    def _stock(self, seed: int) -> None:
        """Deliver to a shop that was seeded before it kept stock."""
        with announced_changes(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            for product_ids in catalog_seeding.product_ids():
                _deliver(seed, product_ids)
        self.stdout.write("Stocked the products that were there already.")

    @contextmanager
    def _progress(self, products: int) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal; elsewhere a plain line now and then."""
        console = Console(file=self.stdout)  # type: ignore[arg-type]
        if not console.is_terminal:
            yield self._plainly
            return
        columns = (
            TextColumn("Stocking the shelves"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=products, rate="")

            def show(present: int) -> None:
                speed = bar.tasks[0].speed
                bar.update(task, completed=present, rate=f"{speed:,.0f}/s" if speed else "")

            yield show

    def _plainly(self, present: int) -> None:
        if present % PLAIN_STEP == 0:
            self.stdout.write(f"{present:,} products")
