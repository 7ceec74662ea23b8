"""Until this process has nothing to repair any more."""

from typing import Final

from shop.events.repair import REPAIR
from tests.failures.web import until

REPAIR_LIMIT_S: Final = 20.0


def await_repair() -> None:
    """Fails the test when that takes longer than REPAIR_LIMIT_S: then the caches of the moment take nothing."""
    until(lambda: not REPAIR.pending, within=REPAIR_LIMIT_S)
