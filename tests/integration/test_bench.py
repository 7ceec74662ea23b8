"""`make bench` runs to its end; what it measures is for people to read."""

import subprocess
import sys

from tests.bench.stampede import WAYS


def test_the_benchmarks_print_both_tables() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"], capture_output=True, text=True, check=False, timeout=150
    )

    assert told.returncode == 0, told.stderr
    assert all(way in told.stdout for way in (*WAYS, "queries", "django-redis", "bare MGET"))
