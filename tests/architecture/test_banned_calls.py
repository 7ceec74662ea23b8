"""Ruff refuses the calls that have one home: the time in the clock, Redis in its adapter."""

import re
from pathlib import Path

import pytest

from tests.architecture.planted import ROOT, Copy, copy_source

CLOCK = "shop/caching/clock.py"
BANNED = {
    "Django's cache": "from django.core.cache import cache",
    "all of Django's cache": "import django.core.cache",
    "the time": "import time\n\nstarted = time.time()",
    "the time under another name": "from time import time\n\nstarted = time()",
    "now": "import datetime\n\nstarted = datetime.datetime.now(datetime.UTC)",
    "now under another name": "from datetime import UTC, datetime\n\nstarted = datetime.now(UTC)",
}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_source(tmp_path)


@pytest.mark.parametrize("banned", BANNED.values(), ids=BANNED)
def test_a_banned_call_is_refused(copy: Copy, banned: str) -> None:
    copy.plant("catalog/planted.py", banned)

    checked = copy.ruff("catalog/planted.py")

    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "TID251" in checked.stdout


def test_only_the_clock_is_let_through(copy: Copy) -> None:
    excused = {
        file.relative_to(copy.directory).as_posix()
        for file in copy.directory.rglob("*.py")
        if re.search(r"# noqa: .*TID251", file.read_text(encoding="utf-8"))
        and "tests" not in file.relative_to(copy.directory).parts
    }

    assert excused == {CLOCK}


def test_no_directory_switches_the_ban_off() -> None:
    configuration = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = configuration.partition("[tool.ruff.lint.per-file-ignores]")[2].partition("\n[")[0]

    assert "TID" not in ignored
