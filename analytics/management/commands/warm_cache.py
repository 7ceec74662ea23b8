"""manage.py warm_cache --top 10000 --rate 500"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analytics.warming import DEFAULT_RATE, PARTS, CacheAwayError, Warmed, warm
from shop.caching.store import StoreError

DEFAULT_TOP = 1000


def _top(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


def _rate(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("products a second, more than 0")
    return number


class Command(BaseCommand):
    help = "Fill the caches with the most popular products, slowly enough for the database to keep serving visitors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--top", type=_top, default=DEFAULT_TOP, help=f"how many (default {DEFAULT_TOP:,})")
        parser.add_argument(
            "--rate", type=_rate, default=DEFAULT_RATE, help=f"products a second at most (default {DEFAULT_RATE:.0f})"
        )

    def handle(self, *args: Any, top: int, rate: float, **options: Any) -> None:
        latest = Warmed()
        try:
            with _progress(Console(file=self.stdout), top) as show:  # type: ignore[arg-type]

                def note(warmed: Warmed) -> None:
                    nonlocal latest
                    latest = warmed
                    show(warmed)

                latest = warm(top=top, rate=rate, progress=note)
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped: {told(latest)} The rest is cold.", returncode=130) from error
        except (CacheAwayError, StoreError) as error:
            raise CommandError(f"The cache failed ({error}): {told(latest)} The rest is cold.") from error
        self.stdout.write(told(latest))


def told(warmed: Warmed) -> str:
    parts = warmed.products * len(PARTS)
    return (
        f"{warmed.products:,} products in {warmed.seconds:.1f} s: "
        f"of {parts:,} entries {warmed.present:,} were there already, {warmed.filled:,} were filled."
    )


@contextmanager
def _progress(console: Console, top: int) -> Iterator[Callable[[Warmed], None]]:
    """A bar on a terminal; elsewhere nothing until the end."""
    if not console.is_terminal:
        yield lambda warmed: None
        return
    columns = (TextColumn("Warming the caches"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=top)
        yield lambda warmed: bar.update(task, completed=warmed.products)
