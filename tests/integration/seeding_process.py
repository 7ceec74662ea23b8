"""Seeds the shop that the environment names, as `manage.py seed_catalog` does, and prints the most memory that it held.

    python -m tests.integration.seeding_process PRODUCTS [keep]

`keep` is the mistake: it holds on to every product that is made. The kernel's own account of a child would not do
(`ru_maxrss`): it begins with what the parent held.
"""

import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from catalog.seeding.products import Generator, SeededProduct


def keep_all() -> None:
    kept: list[SeededProduct] = []
    make = Generator.product

    def make_and_keep(generator: Generator, number: int) -> SeededProduct:
        kept.append(make(generator, number))
        return kept[-1]

    Generator.product = make_and_keep  # type: ignore[method-assign,assignment]


def peak_kib() -> int:
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


if __name__ == "__main__":
    if sys.argv[2:] == ["keep"]:
        keep_all()
    execute_from_command_line(["manage.py", "seed_catalog", "--products", sys.argv[1]])
    print(peak_kib())  # noqa: T201  the answer
