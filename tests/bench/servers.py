"""Private servers with a seeded shop, for one run of the benchmarks."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.valkey import EmbeddedValkey


@contextmanager
def seeded_shop(*, products: int) -> Iterator[None]:
    """Start servers, migrate, seed, and point this process's environment at them; all is deleted afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="larder-bench-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        lifeline = stack.enter_context(Lifeline())
        postgres = EmbeddedPostgres(directory / "postgres", durable=False, lifeline=lifeline)
        valkey = EmbeddedValkey(directory / "valkey", persistent=False, password=False, lifeline=lifeline)
        kafka = EmbeddedKafka(directory / "kafka", lifeline=lifeline)
        for server in (postgres, valkey, kafka):
            stack.callback(server.remove)
            server.start()
            server.wait_until_ready()
        os.environ.update(
            DEBUG="1",
            DJANGO_SETTINGS_MODULE="shop.settings",
            DATABASE_URL=postgres.url,
            REDIS_URL=valkey.url,
            KAFKA_BOOTSTRAP_SERVERS=kafka.url,
        )
        for command in (["migrate", "--verbosity", "0"], ["seed_catalog", "--products", str(products)]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
        yield
