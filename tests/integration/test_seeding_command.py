"""The command that seeds, as a process of its own: its memory is flat, and it shows how far it is."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest

from catalog.models import Product
from tests.own_database import database_url

pytestmark = [pytest.mark.usefixtures("own_caches"), pytest.mark.timeout(600)]

# The first process makes some too, so it holds all that is loaded once.
FEW, MORE = 1000, 9000
# MORE products over FEW take 1 to 3 MiB; kept in memory, they take 25.
MOST_GROWTH_KIB = 12 * 1024


def environment() -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DEBUG": "1",
        "CACHE_NAMESPACE": f"seeding-{os.getpid()}",
    }


def seeded(products: int, *mistake: str) -> tuple[list[str], int]:
    """What a process writes, on no terminal, that sees to so many products, and the most memory that it held."""
    command = [sys.executable, "-m", "tests.integration.seeding_process", str(products), *mistake]
    told = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, text=True, check=True)
    *lines, kib = told.stdout.splitlines()
    return lines, int(kib)


def on_a_terminal(command: Sequence[str]) -> str:
    """All that the command writes there."""
    ours, theirs = pty.openpty()
    terminal = environment() | {"TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen([sys.executable, *command], env=terminal, stdin=theirs, stdout=theirs)
    os.close(theirs)
    written = b""
    try:
        while some := os.read(ours, 4096):
            written += some
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    finally:
        os.close(ours)
    assert process.wait(timeout=60) == 0
    return written.decode()


def test_memory_is_flat_however_many_products_there_are_to_make() -> None:
    _, few = seeded(FEW)
    lines, more = seeded(FEW + MORE)
    _, kept = seeded(FEW + 2 * MORE, "keep")

    assert Product.objects.count() == FEW + 2 * MORE
    assert [line.split(" in ")[0] for line in lines] == ["10,000 products", "Added 9,000 products"]
    assert more - few < MOST_GROWTH_KIB
    assert kept - few > MOST_GROWTH_KIB, "the control: products that are kept would be seen"


def test_a_terminal_shows_a_bar_that_fills() -> None:
    shown = on_a_terminal(["manage.py", "seed_catalog", "--products", "3000"])

    counts = [int(count) for count in re.findall(r"(\d+)/3000", shown)]
    assert "Stocking the shelves" in shown
    assert "━" in shown
    assert (counts[0], counts[-1]) == (0, 3000)
    assert counts == sorted(counts)
