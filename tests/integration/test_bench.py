"""`make bench` runs to its end; what it measures is for people to read."""

import subprocess
import sys

import pytest

from tests.bench.stampede import WAYS


@pytest.mark.timeout(300)
def test_the_benchmarks_print_all_tables() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"], capture_output=True, text=True, check=False, timeout=280
    )

    assert told.returncode == 0, told.stderr
    assert all(
        way in told.stdout
        for way in (
            *WAYS,
            "UPDATE and SET",
            "queries",
            "django-redis",
            "bare MGET",
            "bare script",
            "home",
            "admin: products",
        )
    )
