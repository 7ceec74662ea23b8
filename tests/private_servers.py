"""PostgreSQL, Valkey and a broker of one's own, for what runs outside of pytest: measurements and pictures."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.valkey import EmbeddedValkey


@contextmanager
def private_servers(purpose: str) -> Iterator[tuple[Path, Lifeline]]:
    """Start them and point this process's environment at them; they are deleted afterwards, with the folder."""
    directory = Path(tempfile.mkdtemp(prefix=f"larder-{purpose}-"))
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
        os.environ.update(DATABASE_URL=postgres.url, REDIS_URL=valkey.url, KAFKA_BOOTSTRAP_SERVERS=kafka.url)
        yield directory, lifeline
