"""Once more from the start: what to do when PostgreSQL ends a transaction only because of its neighbours.

Operations lock rows in a fixed order, so a deadlock takes a writer who does not: a form of the admin, somebody at psql.
Whoever was chosen to give way has changed nothing, and tries again, a few times, after a short pause of random length,
so that two of them don't meet again. Proved by tests/integration/test_stock_retries.py.
"""

from collections.abc import Callable
from functools import wraps
from random import SystemRandom
from typing import Final, ParamSpec, TypeVar

from django.db import OperationalError, connection

from shop.caching.clock import Clock, SystemClock

P = ParamSpec("P")
R = TypeVar("R")

MOST_RETRIES: Final = 3
# Seconds before the first retry at most; the next may take twice as long, and so on.
FIRST_PAUSE_S: Final = 0.02
# PostgreSQL's serialization_failure and deadlock_detected.
_GIVEN_WAY: Final = {"40001", "40P01"}
_CLOCK: Final = SystemClock()
_RANDOM: Final = SystemRandom()


def retried(operation: Callable[P, R], *, clock: Clock = _CLOCK) -> Callable[P, R]:
    """Run `operation`, which is one transaction, again when the database made it give way, at most three times.

    Inside another transaction it runs once: what was ended is the whole of that one, and only its own opener can
    begin it again. So `operation` may do nothing but its transaction, and can be run any number of times.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return operation(*args, **kwargs)
        for retry in range(MOST_RETRIES):
            try:
                return operation(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in _GIVEN_WAY:
                    raise
            clock.wait(_RANDOM.uniform(0, FIRST_PAUSE_S * 2**retry))
        return operation(*args, **kwargs)

    return run
