"""The two processes between the change log and the caches: `manage.py` commands that run until they are told to stop.

Neither is ready before the broker and the database have answered it. Told to stop (SIGTERM), each ends the step it is
in; one that is killed loses nothing, since the log is what is true (shop/events/).
"""

import sys
from pathlib import Path

from shop.embedded.told_ready import ToldReady


class Relay(ToldReady):
    """Publishes the change log."""

    name = "relay"
    ready = b" is ready.\n"

    def _command(self) -> list[str | Path]:
        return [sys.executable, "manage.py", "relay_changes"]


class Consumer(ToldReady):
    """Brings what was published into the caches."""

    name = "consumer"
    ready = b" is ready.\n"

    def _command(self) -> list[str | Path]:
        return [sys.executable, "manage.py", "consume_product_updates"]
