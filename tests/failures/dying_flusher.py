"""A flusher of views that is killed with -9 at one point: `python -m tests.failures.dying_flusher POINT [MISTAKE]`.

Its mistakes are the controls: `delete-first` forgets a batch before it is persisted, and `no-ledger` counts a batch
whatever the ledger says. It ends by itself only where it never comes to that point.
"""

import os
import signal
import sys

import django

django.setup()

from analytics import flushing, sync_points  # noqa: E402  Django must be set up first
from analytics.view_buffer import VIEW_BUFFER  # noqa: E402
from shop.caching.buffer import Batch  # noqa: E402
from shop.caching.registry import REGISTRY  # noqa: E402
from tests.failures.ledgerless import WITHOUT_LEDGER  # noqa: E402

MISTAKES = ("delete-first", "no-ledger")


def die_at(wanted: str) -> None:
    def die(point: str) -> None:
        if point == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    sync_points.hook = die


def make_mistake(mistake: str) -> None:
    if mistake == "no-ledger":
        flushing._LEDGER = WITHOUT_LEDGER  # type: ignore[misc]


def flush(mistake: str = "") -> None:
    def forget_and_persist(batch: Batch) -> bool:
        REGISTRY.ground().buffers(VIEW_BUFFER.name).forget(batch.batch_id)
        return flushing.persist(batch)

    make_mistake(mistake)
    persist = forget_and_persist if mistake == "delete-first" else flushing.persist
    VIEW_BUFFER.flush(persist=persist, bury=flushing.bury)


if __name__ == "__main__":
    die_at(sys.argv[1])
    flush(*sys.argv[2:])
