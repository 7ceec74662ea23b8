"""manage.py recompute_also_bought"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from analytics.also_bought import recompute_also_bought


class Command(BaseCommand):
    help = (
        "Compare all orders for what customers bought as well. Only products whose companions changed are written. "
        "Stopped, it goes on where it stood when it is called again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with _progress(Console(file=self.stdout)) as progress:  # type: ignore[arg-type]
            compared = recompute_also_bought(progress=progress)
        self.stdout.write(f"{compared.products:,} products compared, {compared.changed:,} have other companions.")


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere nothing until the end."""
    if not console.is_terminal:
        yield lambda done, last: None
        return
    columns = (TextColumn("Comparing orders"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, last: bar.update(task, completed=done, total=max(done, last))
