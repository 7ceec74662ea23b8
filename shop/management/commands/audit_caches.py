"""manage.py audit_caches [--sample N] [--repair]"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from shop.events.audit import Problem, Report, audit_caches

WIDTH_IN_FILES: Final = 120
LARGEST_SAMPLE: Final = 1_000_000
NAMES = {Problem.OLDER: "older", Problem.DIFFERENT: "different", Problem.NEWER: "newer"}


def _sample_size(text: str) -> int:
    number = int(text)
    if not 0 < number <= LARGEST_SAMPLE:
        raise argparse.ArgumentTypeError(f"from 1 to {LARGEST_SAMPLE:,} rows of each cache")
    return number


class Command(BaseCommand):
    help = (
        "Compares what is cached with the rows it was read from, and tells what is wrong: entries that a change has "
        "not reached, that say something else than their row at the same version, or that are newer than their row. "
        "What looks wrong is looked at again 2 s later. Exits with 1 when something is wrong and was not mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sample", type=_sample_size, metavar="N", help="only N random rows of each cache")
        parser.add_argument("--repair", action="store_true", help="end what is wrong; its next reader loads the row")

    def handle(self, *args: Any, sample: int | None, repair: bool, **options: Any) -> None:
        width = None if self.stdout.isatty() else WIDTH_IN_FILES
        console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]
        with _progress(console) as progress:
            report = audit_caches(sample=sample, repair=repair, progress=progress)
        console.print(_tallies(report))
        if report.findings:
            console.print(_findings(report))
        if report.found > len(report.findings):
            self.stdout.write(f"... and {report.found - len(report.findings):,} more.")
        if report.unaudited:
            self.stdout.write(f"Not audited: {', '.join(report.unaudited)}.")
        if report.cache_error:
            raise CommandError(f"The caches could not be checked: {report.cache_error}")
        if not report.is_clean:
            raise CommandError("Something is still wrong: run it again." if repair else "--repair ends what is wrong.")


def _tallies(report: Report) -> Table:
    table = Table(title="The caches against their rows")
    table.add_column("cache", no_wrap=True)
    for title in ("checked", "right", "not cached", *NAMES.values(), "mended"):
        table.add_column(title, justify="right")
    for tally in report.tallies:
        counts = (tally.checked, tally.right, tally.absent, *(tally.wrong[kind] for kind in NAMES), tally.mended)
        table.add_row(tally.cache, *(f"{count:,}" for count in counts))
    return table


def _findings(report: Report) -> Table:
    table = Table(title="What is wrong")
    table.add_column("cache", no_wrap=True)
    table.add_column("id", justify="right", no_wrap=True)
    for title in ("problem", "detail", "mended"):
        table.add_column(title)
    for cache, entry_id, problem, detail, _, is_mended in report.findings:
        table.add_row(cache, str(entry_id), problem, detail, "yes" if is_mended else "no")
    return table


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A bar a cache on a terminal; elsewhere nothing until the end."""
    if not console.is_terminal:
        yield lambda cache, checked, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def told(cache: str, checked: int, of: int) -> None:
            if cache not in tasks:
                tasks[cache] = bars.add_task(cache)
            bars.update(tasks[cache], completed=checked, total=of)

        yield told
