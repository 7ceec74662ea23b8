"""manage.py reconcile [--repair] [--products 7 8 9]"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from inventory.queries import LARGEST_ID
from inventory.reconcile import Report, reconcile

WIDTH_IN_FILES: Final = 120


def _product_id(text: str) -> int:
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise argparse.ArgumentTypeError("the id of a product")
    return number


class Command(BaseCommand):
    help = (
        "Check of every product that the ledger adds up to its stock, that what is held is what open reservations "
        "hold, and that the cache says the same. Exits with 1 when something is wrong and was not mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend the cache; the tables are never written")
        parser.add_argument("--products", type=_product_id, nargs="+", metavar="ID", help="only these products")

    def handle(self, *args: Any, repair: bool, products: list[int] | None, **options: Any) -> None:
        width = None if self.stdout.isatty() else WIDTH_IN_FILES
        console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]
        with _progress(console) as progress:
            report = reconcile(product_ids=products, repair=repair, progress=progress)
        if report.findings:
            console.print(_table(report))
        if report.found > len(report.findings):
            self.stdout.write(f"... and {report.found - len(report.findings):,} more.")
        self.stdout.write(f"{report.checked:,} products checked, {report.found:,} wrong, {report.mended:,} mended.")
        if report.cache_error:
            raise CommandError(f"The cache could not be checked: {report.cache_error}")
        if not report.is_clean:
            raise CommandError(_advice(report, repair))


def _advice(report: Report, repair: bool) -> str:
    if repair:
        return "What is wrong in the tables is for people to set right: this command never writes them."
    return "Something is wrong. --repair mends the cache."


def _table(report: Report) -> Table:
    table = Table(title="What is wrong")
    table.add_column("product", justify="right", no_wrap=True)
    for title in ("problem", "detail", "mended"):
        table.add_column(title)
    for finding in report.findings:
        table.add_row(str(finding.product_id), finding.problem, finding.detail, "yes" if finding.is_mended else "no")
    return table


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere nothing until the end."""
    if not console.is_terminal:
        yield lambda checked, of: None
        return
    columns = (TextColumn("Checking stock"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        yield lambda checked, of: bar.update(task, completed=checked, total=max(of, checked))
