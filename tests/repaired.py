"""Until this process has nothing to repair any more."""

from typing import Final

from shop.caching.registry import REGISTRY
from shop.events.repair import REPAIR
from shop.wiring import make_ground
from tests.failures.web import until

REPAIR_LIMIT_S: Final = 20.0


def await_repair() -> None:
    """Fails the test when that takes longer than REPAIR_LIMIT_S: then the caches of the moment take nothing."""
    until(lambda: not REPAIR.pending, within=REPAIR_LIMIT_S)


def leave_own_ground() -> None:
    """The process's caches are the shop's again, and no repair uses those of a test any more: its client may be closed.
    A client of redis-py that is closed in the middle of another thread's call raises what is no error of Redis."""
    REGISTRY.wire(make_ground)
    await_repair()
