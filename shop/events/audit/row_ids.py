"""The ids by which a cache's entries are keyed, out of the table of its owner rows: by keyset, so that a table of any
size is walked in batches of one index scan each."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

BATCH: Final = 500
# Numbers a row among which rows lie close: then those without a row are looked at as well.
CLOSE: Final = 10


@dataclass(frozen=True, slots=True)
class RowIds:
    """`table` and `key` are the code's own names; `key` has a unique index."""

    table: str
    key: str

    def count(self) -> int:
        return int(self._ask(f"SELECT count(*) FROM {self.table}")[0][0])  # noqa: S608  see the class

    def walk(self) -> Iterator[tuple[int, Sequence[int]]]:
        """All of them, batch by batch: how many rows, and the ids to look at.

        A deleted row may have left its entry behind. So where rows lie close, as numbers of a sequence do, every number
        up to the batch's last row is looked at; and some more on both sides of them all.
        """
        ids = self._after(0)
        if not ids:
            return
        after = max(0, ids[0] - BATCH - 1)
        while ids:
            span = range(after + 1, ids[-1] + 1)
            yield len(ids), span if len(span) <= CLOSE * BATCH else ids
            after = ids[-1]
            ids = self._after(after)
        yield 0, range(after + 1, after + BATCH + 1)

    def sample(self, size: int) -> Iterator[tuple[int, Sequence[int]]]:
        """At most `size` rows, each the first at or after a random number; batch by batch."""
        lowest, highest = self._ask(f"SELECT min({self.key}), max({self.key}) FROM {self.table}")[0]  # noqa: S608  see the class
        if lowest is None:
            return
        starts = [random.randint(lowest, highest) for _ in range(size)]  # noqa: S311  nobody gains by guessing these
        nearest = f"SELECT {self.key} AS id FROM {self.table} WHERE {self.key} >= start ORDER BY {self.key} LIMIT 1"  # noqa: S608
        each = f"SELECT DISTINCT found.id FROM unnest(%s::bigint[]) AS start, LATERAL ({nearest}) AS found"  # noqa: S608
        found = self._ask(each, starts)
        ids = sorted(row_id for (row_id,) in found)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            yield len(batch), batch

    def _after(self, row_id: int) -> list[int]:
        statement = f"SELECT {self.key} FROM {self.table} WHERE {self.key} > %s ORDER BY {self.key} LIMIT {BATCH}"  # noqa: S608
        return [found for (found,) in self._ask(statement, row_id)]

    def _ask(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor)
