"""The subscription that feeds the local tier, and says how long the tier may be trusted.

Redis forgets what it publishes: a subscriber that was not there has missed it, and one whose connection is dead does
not know. So trust is by echo. The race:

1. The subscription dies silently: the server is stopped, a cable is cut. No error comes, and no message.
2. A writer commits v2, and invalidates. The message is lost.
3. This process shows its copy of v1.

Every 200 ms a PING goes out on the same connection. Its echo comes behind every message that was published before the
server had it, and the messages before the echo have been carried out when the echo is read. So an echo proves that
nothing is missing up to the moment at which its PING was *sent*, and the tier is trusted for 1 s from that moment on:
step 3 ends 1 s after step 2 at the latest. When the echo was received says nothing: it may have waited anywhere.

Invariants:
1. A new subscription empties the tier after the server has confirmed it, and before the first PING: what was held
   before was held while nobody listened.
2. After any error the tier is distrusted at once; the connection is closed and made anew, after pauses that grow.
3. A late echo is no error: trust has lapsed meanwhile, and the messages kept their order. No echo for 3 s is one: the
   connection may be dead.

Proved by tests/failures/test_local_tier_channel.py and tests/failures/test_local_tier.py.
"""

import logging
import threading
from typing import Any, Final

from redis import Redis
from redis.connection import AbstractConnection
from redis.exceptions import RedisError, TimeoutError  # noqa: A004  redis-py's own

from shop.caching import process_life
from shop.caching.clock import Clock
from shop.caching.local_feed import LocalFeed

logger = logging.getLogger(__name__)

PING_EVERY: Final = 0.2
TRUSTED_FOR: Final = 1.0
DEAD_AFTER: Final = 3.0
SHORTEST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 1.0
# A read has to wait for something: not for less than this.
SHORTEST_READ: Final = 0.001


class LostError(Exception):
    """The subscription can't be relied on any more."""


class RedisChannel:
    """One thread, which listens on `channel` as long as the process lives, or until `close`.

    `client` says where the server is; its pool is not used, and its connections' time-out bounds each step of
    connecting alone.
    """

    def __init__(self, *, client: Redis, channel: str, feed: LocalFeed, clock: Clock) -> None:
        self._pool = client.connection_pool
        self._channel = channel
        self._feed = feed
        self._clock = clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._connection: AbstractConnection | None = None
        self._closing = threading.Event()
        process_life.follow_forks(self)

    def start(self) -> None:
        """Listen, unless somebody does. A forked child starts a thread of its own by the next call."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if (self._thread is None or not self._thread.is_alive()) and not self._closing.is_set():
                self._thread = threading.Thread(target=self._run, name="local-tier", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread, and the trust with it."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def forked(self) -> None:
        """The child has the parent's socket, and would keep it open at the server."""
        self._lock = threading.Lock()
        if self._connection is not None:
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            self._connection = None

    def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._closing.is_set():
            try:
                connection = self._subscribed()
                pause = SHORTEST_PAUSE
                self._listen(connection)
            except (RedisError, OSError, LostError) as error:
                # Once, and not with each try while an outage lasts.
                level = logging.INFO if pause == SHORTEST_PAUSE else logging.DEBUG
                logger.log(level, "the local tier has no subscription: %s", error)
            finally:
                self._drop()
            self._closing.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _subscribed(self) -> AbstractConnection:
        connection: AbstractConnection = self._pool.connection_class(**self._pool.connection_kwargs | {"protocol": 2})
        self._connection = connection
        connection.connect()  # type: ignore[no-untyped-call]
        connection.send_command("SUBSCRIBE", self._channel)  # type: ignore[no-untyped-call]
        connection.read_response()
        self._feed.tier.empty()
        return connection

    def _listen(self, connection: AbstractConnection) -> None:
        """Until something fails. One PING at a time is under way."""
        sent, answered = self._ping(connection), False
        while not self._closing.is_set():
            now = self._clock.monotonic()
            if answered and now >= sent + PING_EVERY:
                sent, answered = self._ping(connection), False
            elif not answered and now >= sent + DEAD_AFTER:
                raise LostError(f"no echo for {DEAD_AFTER:g} s")
            left = sent + PING_EVERY - now if answered else PING_EVERY
            reply = _read(connection, timeout=max(left, SHORTEST_READ))
            if reply is None:
                continue
            if reply[0] == b"message":
                self._feed(reply[2].decode())
            elif reply[0] == b"pong":
                answered = True
                self._feed.tier.trust(until=sent + TRUSTED_FOR)

    def _ping(self, connection: AbstractConnection) -> float:
        sent = self._clock.monotonic()
        connection.send_command("PING", "echo", check_health=False)  # type: ignore[no-untyped-call]
        return sent

    def _drop(self) -> None:
        self._feed.tier.distrust()
        if self._connection is not None:
            self._connection.disconnect()  # type: ignore[no-untyped-call]
            self._connection = None


def _read(connection: AbstractConnection, *, timeout: float) -> list[Any] | None:
    """The next message or echo; None when none comes in time. What has come in part is kept for the next call."""
    try:
        return connection.read_response(timeout=timeout, disconnect_on_error=False)  # type: ignore[no-any-return]
    except TimeoutError:
        return None
