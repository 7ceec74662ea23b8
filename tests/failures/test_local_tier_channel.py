"""The subscription itself: what it takes for proof, and how it comes back."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.retry import Retry

from shop.caching.clock import Clock, ManualClock, SystemClock
from shop.caching.keys import KeySpace
from shop.caching.local_feed import LocalFeed
from shop.caching.local_tier import LocalTier
from shop.caching.messages import EMPTY, changes, trace
from shop.caching.reading import Freshness, Reading
from shop.caching.redis_channel import DEAD_AFTER, PING_EVERY, TRUSTED_FOR, RedisChannel
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import until
from tests.patience import PATIENCE_S
from tests.unit.memory_ground import Jam

KEY = "larder:3f:jam:1:{7}"
SOON_S = 5.0


class WatchedTier(LocalTier):
    """Remembers what was lent, and when: pairs of the moment and the end of the trust."""

    def __init__(self, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self.lent: list[tuple[float, float]] = []
        self.emptied = 0

    def trust(self, *, until: float) -> None:
        self.lent.append((self._clock.monotonic(), until))
        super().trust(until=until)

    def empty(self) -> None:
        self.emptied += 1
        super().empty()


class WatchedChannel(RedisChannel):
    """Remembers when it sent its pings."""

    pings: list[float]

    def _ping(self, connection: AbstractConnection) -> float:
        self.pings.append(super()._ping(connection))
        return self.pings[-1]


class Listening:
    """One process's tier and channel, on a Valkey of its own. `redis` is the test's own client."""

    def __init__(self, valkey: EmbeddedValkey, clock: Clock) -> None:
        self.redis = Redis.from_url(valkey.url, socket_timeout=PATIENCE_S)
        self._hurried = Redis.from_url(valkey.url, socket_timeout=0.1, retry=Retry(NoBackoff(), 0))
        self.clock = clock
        self.namespace = f"channel-{secrets.token_hex(4)}"
        self.keys = KeySpace(namespace=self.namespace, database_id=lambda: "3f")
        self.tier = WatchedTier(clock=clock)
        self.traces: list[str] = []
        feed = LocalFeed(tier=self.tier, keys=self.keys, on_trace=self.traces.append)
        self.channel = WatchedChannel(client=self._hurried, channel=self.keys.changes, feed=feed, clock=clock)
        self.channel.pings = []
        self.tier.fed_by(self.channel.start)

    def close(self) -> None:
        self.channel.close()
        self._hurried.close()
        self.redis.close()

    def wait_until_trusted(self) -> None:
        self.tier.ticket()
        until(lambda: self.tier.trusted, within=SOON_S)

    def ping_in_silence(self, valkey: EmbeddedValkey, clock: ManualClock) -> tuple[float, int]:
        """A ping is under way to a server that is stopped: when it was sent, and how often trust was lent before."""
        valkey.pause()
        pings, lent = len(self.channel.pings), len(self.tier.lent)
        clock.advance(PING_EVERY)
        until(lambda: len(self.channel.pings) > pings, within=SOON_S)
        return self.channel.pings[-1], lent

    def hold(self, version: int) -> bool:
        """Refused too while the tier isn't trusted, as it may be for a moment when the machine is busy."""
        reading = Reading(Freshness.FRESH, version, b"", Jam("plum"), age_ms=0, ttl_ms=60_000)
        return self.tier.hold(KEY, reading, ticket=self.tier.ticket(), local_ttl=60)

    def tell(self, message: str) -> None:
        self.redis.publish(self.keys.changes, message)

    def cut(self) -> None:
        assert self.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub") == 1  # type: ignore[no-untyped-call]


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    return private_valkey()


@pytest.fixture
def listen(valkey: EmbeddedValkey) -> Iterator[Callable[[Clock], Listening]]:
    with ExitStack() as stack:
        yield lambda clock: stack.enter_context(closing(Listening(valkey, clock)))


@pytest.fixture
def listening(listen: Callable[[Clock], Listening]) -> Listening:
    made = listen(SystemClock())
    made.wait_until_trusted()
    return made


def test_nobody_listens_before_somebody_asks_redis(listen: Callable[[Clock], Listening]) -> None:
    made = listen(SystemClock())

    assert made.redis.pubsub_numsub(made.keys.changes) == [(made.keys.changes.encode(), 0)]
    made.wait_until_trusted()
    assert made.redis.pubsub_numsub(made.keys.changes) == [(made.keys.changes.encode(), 1)]


def test_messages_are_carried_out_in_their_order(listening: Listening) -> None:
    until(lambda: listening.hold(7), within=SOON_S)
    until(lambda: listening.tier.get(KEY) is not None, within=SOON_S)

    listening.tell(changes([(KEY, 8)]))
    listening.tell("a word of some later version")
    listening.tell(trace("8f3a"))

    until(lambda: listening.traces == ["8f3a"], within=SOON_S)
    assert listening.tier.get(KEY) is None
    assert not listening.hold(7)
    until(lambda: listening.hold(8), within=SOON_S)
    listening.tell(EMPTY)
    until(lambda: listening.tier.get(KEY) is None, within=SOON_S)


def test_a_new_subscription_empties_the_tier_before_it_is_trusted(listening: Listening) -> None:
    until(lambda: listening.hold(7), within=SOON_S)
    emptied, lent = listening.tier.emptied, len(listening.tier.lent)

    listening.cut()

    until(lambda: len(listening.tier.lent) > lent, within=SOON_S)
    assert listening.tier.emptied >= emptied + 2, "when it was cut, and when it was confirmed again"
    until(lambda: listening.tier.trusted, within=SOON_S)
    assert listening.tier.get(KEY) is None


def test_trust_counts_from_the_moment_at_which_the_ping_was_sent(
    listen: Callable[[Clock], Listening], valkey: EmbeddedValkey
) -> None:
    """A clock that moves by hand: the echo comes two seconds late, and says nothing of these two seconds."""
    clock = ManualClock()
    made = listen(clock)
    made.wait_until_trusted()
    sent, lent = made.ping_in_silence(valkey, clock)

    clock.advance(2)
    assert not made.tier.trusted
    valkey.resume()
    until(lambda: len(made.tier.lent) > lent, within=SOON_S)

    received, trusted_until = made.tier.lent[lent]
    assert (received, trusted_until) == (sent + 2, sent + TRUSTED_FOR)
    until(lambda: made.tier.trusted, within=SOON_S)


def test_a_connection_without_an_echo_is_given_up(listen: Callable[[Clock], Listening], valkey: EmbeddedValkey) -> None:
    clock = ManualClock()
    made = listen(clock)
    made.wait_until_trusted()
    made.ping_in_silence(valkey, clock)
    emptied = made.tier.emptied

    clock.advance(DEAD_AFTER)

    until(lambda: made.tier.emptied > emptied, within=SOON_S)
    valkey.resume()
    made.wait_until_trusted()


def test_a_server_that_starts_late_or_again_is_found(
    listen: Callable[[Clock], Listening], valkey: EmbeddedValkey
) -> None:
    valkey.kill()
    made = listen(SystemClock())
    made.tier.ticket()
    for _ in range(2):
        assert not made.tier.trusted
        valkey.start()
        valkey.wait_until_ready()
        until(lambda: made.tier.trusted, within=SOON_S)
        valkey.kill()
        until(lambda: not made.tier.trusted, within=SOON_S)


def test_a_forked_child_listens_for_itself_and_leaves_its_parent_s_subscription_alone(listening: Listening) -> None:
    until(lambda: listening.hold(7), within=SOON_S)

    child = os.fork()
    if not child:
        as_it_should_be = False
        try:
            began_empty = not listening.tier.trusted and not len(listening.tier)
            listening.wait_until_trusted()
            two = listening.redis.pubsub_numsub(listening.keys.changes)[0][1] == 2
            until(lambda: listening.hold(7), within=SOON_S)
            as_it_should_be = began_empty and two
        finally:
            os._exit(0 if as_it_should_be else 1)

    assert os.waitpid(child, 0)[1] == 0
    until(lambda: listening.redis.pubsub_numsub(listening.keys.changes)[0][1] == 1, within=SOON_S)
    until(lambda: listening.tier.get(KEY) is not None, within=SOON_S)


def test_a_listener_that_was_ended_by_what_a_trace_called_is_started_again(
    listen: Callable[[Clock], Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = listen(SystemClock())
    made.wait_until_trusted()
    ended = made.channel._thread
    monkeypatch.setattr("threading.excepthook", lambda arguments: None)

    def fail(trace_id: str) -> None:
        raise ValueError(trace_id)

    made.channel._feed._on_trace = fail

    made.tell(trace("8f3a"))

    assert ended is not None
    until(lambda: not ended.is_alive(), within=SOON_S)
    assert not made.tier.trusted
    made.wait_until_trusted()
