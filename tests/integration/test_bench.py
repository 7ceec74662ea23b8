"""`make bench` runs to its end; what it measures is for people to read."""

import subprocess
import sys

import pytest

from tests.bench.stampede import WAYS

# A row of each table, and the ways that stand beside ours in it.
ROWS = (
    *("queries", "django-redis", "bare MGET"),
    "local tier",
    *("bare INCR", "bare script"),
    *WAYS,
    "UPDATE and SET",
    *("bare HINCRBY", "larder, merged"),
    *("bare upsert", "with the cache"),
    "one hot product",
    "bare producer",
    *("home", "admin: products"),
)


@pytest.mark.timeout(900)
def test_the_benchmarks_print_all_tables() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"], capture_output=True, text=True, check=False, timeout=880
    )

    assert told.returncode == 0, told.stderr
    assert [row for row in ROWS if row not in told.stdout] == []
