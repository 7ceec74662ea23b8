"""The witness: a Redis that has gone back in time shows nothing of before for longer than a look takes."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from redis import Redis

from shop.caching.clock import ManualClock, SystemClock
from shop.caching.guarded_store import GuardedStore
from shop.caching.identity import MemoryServer, Note
from shop.caching.redis_identity import RedisServer
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.embedded.valkey import EmbeddedValkey
from shop.events.apply import replay_log
from shop.events.identity import database_id
from shop.events.retention import RETENTION
from shop.events.witness import MARGIN, Seen, Witness
from shop.stop import Stop
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.cached_prices import amount, warm, write
from tests.integration.event_stream import Stream
from tests.repaired import leave_own_ground

pytestmark = pytest.mark.usefixtures("own_caches")


class Watch:
    """A witness on a server in memory, and what it has called."""

    def __init__(self, server: MemoryServer | None = None) -> None:
        self.server = server or MemoryServer()
        self.clock = ManualClock()
        self.calls: list[str] = []
        self.taken = True
        self.witness = Witness(
            server=self.server,
            clock=self.clock,
            empty_tiers=lambda: self.calls.append("empty"),
            replay=self.replay,
            reset=lambda: self.calls.append("reset"),
        )

    def replay(self) -> bool:
        self.calls.append("replay")
        return self.taken

    def note(self) -> Note | None:
        return self.server.note(REGISTRY.ground().keys.note())

    def looked(self) -> "Watch":
        """After a first look, whose calls are forgotten."""
        self.witness.look()
        self.calls.clear()
        return self

    @property
    def now_ms(self) -> int:
        return int(self.clock.now() * 1000)


def test_an_empty_server_is_replayed_and_gets_its_note() -> None:
    watch = Watch()

    assert watch.witness.look() is Seen.NEW
    assert watch.calls == ["empty", "replay", "empty"]
    assert watch.note() == Note("1", watch.now_ms)


def test_the_same_server_gets_a_newer_note_and_nothing_else() -> None:
    watch = Watch().looked()
    watch.clock.advance(60)

    assert watch.witness.look() is Seen.SAME
    assert watch.calls == []
    assert watch.note() == Note("1", watch.now_ms)


def test_another_server_is_replayed_before_it_gets_its_note() -> None:
    watch = Watch().looked()
    watch.server.run = 2

    assert watch.witness.look() is Seen.REPLAYED
    assert watch.calls == ["empty", "replay", "empty"]
    assert watch.note() == Note("2", watch.now_ms)
    assert watch.witness.look() is Seen.SAME


def test_a_replay_that_is_not_taken_leaves_the_note_and_is_tried_again() -> None:
    watch = Watch().looked()
    before = watch.note()
    watch.server.run, watch.taken = 2, False

    assert watch.witness.look() is Seen.NOT_TAKEN
    assert watch.note() == before
    watch.taken = True
    assert watch.witness.look() is Seen.REPLAYED


def test_a_server_that_restarts_during_the_replay_is_seen_by_the_next_look() -> None:
    watch = Watch().looked()
    watch.server.run = 2
    watch.server.save()

    def restarts() -> bool:
        watch.server.restart()
        return True

    witness = Witness(server=watch.server, clock=watch.clock, empty_tiers=lambda: None, replay=restarts)

    assert witness.look() is Seen.NOT_TAKEN
    assert watch.witness.look() is Seen.REPLAYED
    assert watch.note() == Note("3", watch.now_ms)


@pytest.mark.parametrize("older", [False, True], ids=["within the log", "older than the log"])
def test_a_note_that_is_older_than_the_log_resets_the_database_id(older: bool) -> None:
    watch = Watch().looked()
    watch.clock.advance((RETENTION - MARGIN).total_seconds() + (1 if older else -1))
    watch.server.run = 2

    assert watch.witness.look() is (Seen.RESET if older else Seen.REPLAYED)
    assert watch.calls == (["empty", "reset", "replay", "empty"] if older else ["empty", "replay", "empty"])


class WritesForAnyone(MemoryServer):
    """For the control: it takes a note in the name of another server."""

    def write(self, key: str, note: Note) -> bool:
        self.notes[key] = note
        return True


@pytest.mark.parametrize(
    "server", [MemoryServer, WritesForAnyone], ids=["by the server that it names", "control: by any server"]
)
def test_a_note_does_not_hide_how_much_a_server_has_forgotten(
    monkeypatch: pytest.MonkeyPatch, server: type[MemoryServer]
) -> None:
    """1. A look finds the note right; 2. Redis restarts from an hour-old file, note and all; 3. the note is renewed."""
    watch = Watch(server()).looked()
    watch.server.save()
    watch.clock.advance(3600)
    watch.witness.look()
    before_each = iter([lambda: None, watch.server.restart])

    def restarts_before_the_second() -> str:
        next(before_each)()
        return database_id()

    with monkeypatch.context() as patch:
        patch.setattr("shop.events.witness.database_id", restarts_before_the_second)
        during = watch.witness.look()

    after = watch.witness.look()

    protected = server is MemoryServer
    assert (during, after) == ((Seen.NOT_TAKEN, Seen.RESET) if protected else (Seen.SAME, Seen.REPLAYED))


def test_after_a_real_reset_the_note_stands_under_the_new_id() -> None:
    server, clock = MemoryServer(), ManualClock()
    witness = Witness(server=server, clock=clock, empty_tiers=lambda: None)
    witness.look()
    before = database_id()
    clock.advance(RETENTION.total_seconds())
    server.run = 2

    assert witness.look() is Seen.RESET
    assert database_id() != before
    assert server.note(REGISTRY.ground().keys.note()) == Note("2", int(clock.now() * 1000))
    assert REGISTRY.ground().keys.base.endswith(database_id())
    assert witness.look() is Seen.SAME


class Away(MemoryServer):
    """It does not answer for the first few looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def identity(self) -> str:
        self.looks -= 1
        if self.looks >= 0:
            raise StoreError("NOPERM")
        return super().identity()


class FewLooks(Stop):
    """Each wait between two looks takes a second of the clock, and the last is followed by the end."""

    def __init__(self, clock: ManualClock, looks: int) -> None:
        super().__init__()
        self._clock, self._looks = clock, looks

    def wait(self, seconds: float) -> bool:
        self._clock.advance(1)
        self._looks -= 1
        if self._looks == 0:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(("fails", "blind_s"), [(0, 1), (3, 1), (5, 5)], ids=["sees", "sees again", "never saw"])
def test_a_witness_that_cannot_look_says_so_once_and_for_how_long(
    caplog: pytest.LogCaptureFixture, fails: int, blind_s: int
) -> None:
    watch = Watch(Away(fails))

    watch.witness.run(FewLooks(watch.clock, looks=5))

    assert watch.witness.blind_s() == blind_s
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == (
        ["the witness can't look, and tries again: NOPERM"] if fails else []
    )


@pytest.fixture
def cache(goods: Goods, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[EmbeddedValkey]:
    """A Valkey that writes a file when it is told to, below this process's caches."""
    server = private_valkey()
    with Redis.from_url(server.url) as client:
        ordinary = make_ground()
        store = GuardedStore(RedisStore(reads=client, writes=client), breaker=ordinary.breaker)
        REGISTRY.wire(lambda: replace(ordinary, store=store))
        yield server
        leave_own_ground()


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "control: nobody watches"])
def test_a_redis_that_restarts_from_an_older_file_shows_the_old_price_until_the_witness_has_looked(
    goods: Goods, stream: Stream, cache: EmbeddedValkey, watched: bool
) -> None:
    """1. v1 is cached, and saved; 2. v2 is committed, applied and finished; 3. Redis restarts from the file."""
    with Redis.from_url(cache.url) as client:
        witness = Witness(server=RedisServer(client), clock=SystemClock(), empty_tiers=lambda: None, replay=replay_log)
        old = amount(goods.id)
        warm(goods.id)
        witness.look()
        client.save()
        write(goods.id, "7.77")
        working = stream.consumer()
        stream.relay().step()
        working.step()
        working.close()
        applied = amount(goods.id)

        os.kill(cache.pid or 0, signal.SIGKILL)
        cache.stop()
        cache.restart()
        came_back = amount(goods.id)
        if watched:
            assert witness.look() is Seen.REPLAYED
            assert witness.look() is Seen.SAME

    assert applied == Decimal("7.77")
    assert came_back == old != applied
    assert amount(goods.id) == (Decimal("7.77") if watched else old)
