"""manage.py caches: a table of the caches and their policies."""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from shop.caching import registry

COLUMNS = {
    "name": "name",
    "pattern": "pattern",
    "ttl": "TTL s",
    "stale_grace": "grace s",
    "negative_ttl": "negative s",
    "local_ttl": "local s",
    "hits": "hits",
    "local_hits": "local",
    "misses": "misses",
    "errors": "errors",
    "skips": "skips",
    "writes": "writes",
    "hit_ratio": "hit ratio",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "breaker": "breaker",
}


class Command(BaseCommand):
    help = "Lists the caches with their policies. The counts are this process's own; a server's are at /api/caches."

    def handle(self, *args: Any, **options: Any) -> None:
        table = Table(title="Caches")
        for key, title in COLUMNS.items():
            table.add_column(title, no_wrap=key != "pattern")
        for row in registry.rows():
            table.add_row(*(_shown(value) for key, value in row.items() if key in COLUMNS))
        Console(file=self.stdout, width=160).print(table)  # type: ignore[arg-type]


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)
