"""How long whoever joins a load of their own process waits for it, and when they load for themselves."""

from dataclasses import dataclass, field

import pytest

from shop.caching.fenced_load import Answer
from shop.caching.leased_load import LeasedLoad
from shop.caching.reading import EntryReader, Freshness, Reading
from shop.caching.results import Status
from shop.caching.serializer import Serializer
from shop.caching.single_flight import Flight, FlightTimeoutError
from tests.unit.memory_ground import JAM_POLICY, Jam, Kitchen

WAIT_LIMIT, LEASE = JAM_POLICY.wait_limit, JAM_POLICY.lease
NOTHING: Reading[Jam] = Reading(Freshness.NOTHING, 0, b"")


@dataclass
class LandingFlight(Flight[Answer[Jam]]):
    """A flight that lands `after` so many seconds of the kitchen's clock; its waits are remembered."""

    kitchen: Kitchen
    after: float
    version: int = 1
    loading_since: float | None = None
    waits: list[float] = field(default_factory=list)

    def wait(self, timeout: float) -> Answer[Jam]:
        self.waits.append(timeout)
        lands_in = self.after - sum(self.waits[:-1])
        self.kitchen.clock.advance(min(timeout, lands_in))
        if timeout < lands_in:
            raise FlightTimeoutError
        return Answer(Jam("plum"), self.version, Status.MISS)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


def join(kitchen: Kitchen, flight: LandingFlight, reading: Reading[Jam] = NOTHING) -> Answer[Jam] | None:
    ground, serializer = kitchen.ground(), Serializer(Jam)
    reader = EntryReader(policy=JAM_POLICY, serializer=serializer)
    loads = LeasedLoad(policy=JAM_POLICY, reader=reader, serializer=serializer, ground=lambda: ground)
    return loads._join(flight, reading, kitchen.clock.monotonic())


def test_a_load_that_ends_in_time_is_shared_and_says_so(kitchen: Kitchen) -> None:
    answer = join(kitchen, LandingFlight(kitchen, after=1.0))

    assert answer == Answer(Jam("plum"), 1, Status.MISS, collapsed=True)


def test_a_leader_that_takes_too_long_is_left(kitchen: Kitchen) -> None:
    flight = LandingFlight(kitchen, after=WAIT_LIMIT + 1, loading_since=kitchen.clock.monotonic())

    assert join(kitchen, flight) is None
    assert flight.waits == pytest.approx([WAIT_LIMIT])


def test_a_leader_that_was_never_let_in_is_left(kitchen: Kitchen) -> None:
    flight = LandingFlight(kitchen, after=WAIT_LIMIT + 1)

    assert join(kitchen, flight) is None
    assert flight.waits == pytest.approx([WAIT_LIMIT])


def test_a_leader_that_was_let_in_after_a_dead_one_gets_its_own_time(kitchen: Kitchen) -> None:
    flight = LandingFlight(kitchen, after=LEASE + 2, loading_since=kitchen.clock.monotonic() + LEASE)

    answer = join(kitchen, flight)

    assert answer is not None
    assert flight.waits == pytest.approx([WAIT_LIMIT, LEASE])


def test_its_own_time_is_given_once(kitchen: Kitchen) -> None:
    flight = LandingFlight(kitchen, after=60, loading_since=kitchen.clock.monotonic() + LEASE)

    assert join(kitchen, flight) is None
    assert sum(flight.waits) == pytest.approx(LEASE + WAIT_LIMIT)


@pytest.mark.parametrize(("floor", "is_shared"), [(4, True), (5, True), (6, False)])
def test_an_answer_below_the_floor_of_whoever_joined_is_not_theirs(
    kitchen: Kitchen, floor: int, is_shared: bool
) -> None:
    flight = LandingFlight(kitchen, after=1.0, version=5)

    assert (join(kitchen, flight, Reading(Freshness.NOTHING, floor, b"")) is not None) is is_shared


def test_whoever_has_a_stale_value_shows_it_and_does_not_wait(kitchen: Kitchen) -> None:
    flight = LandingFlight(kitchen, after=1.0)
    stale = Reading(Freshness.STALE, 3, b"", Jam("fig"), 101_000.0, -1000.0)

    answer = join(kitchen, flight, stale)

    assert answer == Answer(Jam("fig"), 3, Status.STALE, age_ms=101_000.0, ttl_ms=-1000.0)
    assert flight.waits == []
