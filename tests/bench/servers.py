"""Private servers with a seeded shop, for one run of the benchmarks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.private_servers import private_servers


@contextmanager
def seeded_shop(*, products: int) -> Iterator[None]:
    """Start servers, migrate, seed, and point this process's environment at them; all is deleted afterwards."""
    with private_servers("bench"):
        os.environ.update(DEBUG="1", DJANGO_SETTINGS_MODULE="shop.settings")
        for command in (["migrate", "--verbosity", "0"], ["seed_catalog", "--products", str(products)]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
        yield
