"""The audience of a sale: processes full of shoppers, and what they were shown.

How late an old price was seen is taken from those who looked: a product in a process counts if somebody there was shown
it within the first second after the commit, or was shown its old price later than that. What nobody looked at in time
says nothing about how quickly the news came.

A mix is an amount under a version that the row had another amount in: a page that is told one thing's version and
shows another's value keeps the wrong one for good, since it takes it to be the newer.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

# For how long after a commit whoever looks is asked what they saw.
LOOKED_WITHIN_MS: Final = 1_000

Amounts = Mapping[tuple[int, int], Decimal]


@dataclass(frozen=True)
class Reach:
    """For how many ms after a commit a product was still shown at its old price, for each product and process of which
    that can be told. `overslept_ms` is how late this machine has woken somebody who slept."""

    late_ms: Sequence[int]
    overslept_ms: int
    wrong: Mapping[str, int]
    statuses: Mapping[str, int]
    reads: int

    @property
    def p99_ms(self) -> int:
        return sorted(self.late_ms)[int(len(self.late_ms) * 0.99)]

    @property
    def longest_ms(self) -> int:
        return max(self.late_ms)

    def __str__(self) -> str:
        figures = f"p99 {self.p99_ms} ms, longest {self.longest_ms} ms of {len(self.late_ms)}"
        return f"{figures}, overslept {self.overslept_ms} ms {dict(self.statuses)}"


class Readers:
    """One process full of shoppers."""

    def __init__(self, environment: Mapping[str, str], plan: Mapping[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.failures.price_readers", json.dumps(plan)],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "ready"

    def ask(self, question: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


def reach_of(readers: Iterable[Readers], *, old: Decimal, committed_ms: int, amounts: Amounts) -> Reach:
    """What was shown since the last report. `amounts` are those that the rows had, by id and version."""
    late_ms: list[int] = []
    wrong: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    reads = overslept_ms = 0
    for one in readers:
        report = one.ask("report")
        wrong.update(report["wrong"])
        wrong.update(_mixed(report["versions"], amounts))
        statuses.update(report["statuses"])
        reads += report["reads"]
        overslept_ms = max(overslept_ms, report["overslept_ms"])
        for shown in report["shown"].values():
            late_ms += _late(shown, str(old), committed_ms)
    return Reach(late_ms, overslept_ms, dict(wrong), dict(statuses), reads)


def _mixed(versions: Iterable[tuple[int, int, str]], amounts: Amounts) -> Iterator[str]:
    for product_id, version, amount in versions:
        if amounts.get((product_id, version)) != Decimal(amount):
            yield "mixed"


def _late(shown: Mapping[str, tuple[int, int]], old: str, committed_ms: int) -> list[int]:
    """`shown` maps an amount to the first and the last moment at which it was shown."""
    _, last_old = shown.get(old, (0, 0))
    if last_old > committed_ms:
        return [last_old - committed_ms]
    looked = [first for amount, (first, _) in shown.items() if amount != old and first >= committed_ms]
    return [0] if looked and min(looked) < committed_ms + LOOKED_WITHIN_MS else []
