"""Leases that nobody knows to hold are given back.

1. A reader asks for a lease, or fills and so gives one back, and Redis does not answer in time; 2. the reader goes on
without the cache; 3. Redis wakes up, and carries out what had been sent: the lease is granted to somebody who is gone.
Everybody else would wait for it to end. So the token is released until Redis has answered, past the breaker.
Proved by tests/failures/test_stalls_in_a_miss.py.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Final

from shop.caching.clock import Clock, SystemClock
from shop.caching.guard import past_the_breaker
from shop.caching.store import Store, StoreBusyError, StoreError, StoreSkippedError

logger = logging.getLogger(__name__)

PAUSE: Final = 0.1
# Seconds after which a server that never answered is given up: with it, its leases are gone too.
GIVE_UP_AFTER: Final = 60.0
# The first answer may overtake the call that was held up, on its own connection: the second can't.
ANSWERS: Final = 2


def give_back(store: Store, keys: Sequence[str], *, token: str, after: StoreError) -> None:
    """Release the token's leases in the background, if the failed call may have reached the store at all."""
    if isinstance(after, StoreBusyError | StoreSkippedError):
        return
    thread = threading.Thread(
        target=_release, args=(store, keys, token, SystemClock()), name="lease-return", daemon=True
    )
    thread.start()


def _release(store: Store, keys: Sequence[str], token: str, clock: Clock) -> None:
    answered = 0
    started = clock.monotonic()
    with past_the_breaker():
        while answered < ANSWERS:
            try:
                store.release(keys, token=token)
                answered += 1
            except StoreError as error:
                if clock.monotonic() - started > GIVE_UP_AFTER:
                    logger.warning("leases were not given back: %s", error)
                    return
            clock.wait(PAUSE)
