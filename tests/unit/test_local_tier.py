"""What the local tier holds and shows, message by message. The reads through it have test_local_tier_reads.py."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.caching.clock import ManualClock
from shop.caching.local_tier import LocalTier, Ticket
from shop.caching.reading import Freshness, Reading
from tests.unit.memory_ground import Jam

FOR_EVER = float("inf")
KEY = "larder:3f:jam:1:{7}"
OTHER = "larder:3f:jam:1:{8}"
LOCAL_TTL = 1.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tier(clock: ManualClock) -> LocalTier:
    return trusted(clock)


def trusted(clock: ManualClock, *, most_copies: int = 10, most_floors: int = 10) -> LocalTier:
    made = LocalTier(clock=clock, most_copies=most_copies, most_floors=most_floors)
    made.trust(until=FOR_EVER)
    return made


def read(version: int, *, there: bool = True, ttl_ms: float = 50_000) -> Reading[Jam]:
    value = Jam(f"of {version}") if there else None
    return Reading(Freshness.FRESH, version, b"", value, age_ms=2_000, ttl_ms=ttl_ms)


def hold(tier: LocalTier, reading: Reading[Jam], *, key: str = KEY, ticket: Ticket | None = None) -> bool:
    return tier.hold(key, reading, ticket=ticket or tier.ticket(), local_ttl=LOCAL_TTL)


def version_shown(tier: LocalTier, key: str = KEY) -> int | None:
    copy = tier.get(key)
    return None if copy is None else copy.version


def test_what_is_held_is_shown_with_its_version_and_its_times(tier: LocalTier, clock: ManualClock) -> None:
    assert hold(tier, read(7))

    copy = tier.get(KEY)

    assert copy is not None
    assert (copy.value, copy.version) == (Jam("of 7"), 7)
    assert clock.monotonic() - copy.written_at == pytest.approx(2)
    assert copy.fresh_until - clock.monotonic() == pytest.approx(50)


def test_a_copy_is_shown_for_the_local_ttl(tier: LocalTier, clock: ManualClock) -> None:
    hold(tier, read(7))

    clock.advance(LOCAL_TTL - 0.01)
    assert version_shown(tier) == 7
    clock.advance(0.01)
    assert version_shown(tier) is None


def test_a_copy_is_never_shown_longer_than_its_entry_is_fresh(tier: LocalTier, clock: ManualClock) -> None:
    hold(tier, read(7, ttl_ms=300))

    clock.advance(0.3)

    assert version_shown(tier) is None


def test_the_time_counts_from_the_ticket_not_from_the_answer(tier: LocalTier, clock: ManualClock) -> None:
    ticket = tier.ticket()
    clock.advance(0.6)
    assert hold(tier, read(7), ticket=ticket)

    clock.advance(0.4)

    assert version_shown(tier) is None


def test_what_is_no_longer_or_not_fresh_is_not_held(tier: LocalTier, clock: ManualClock) -> None:
    ticket = tier.ticket()
    clock.advance(LOCAL_TTL)

    assert not hold(tier, read(7), ticket=ticket)
    assert not hold(tier, Reading(Freshness.STALE, 7, b"", Jam("plum"), 0, -1))
    assert not hold(tier, Reading(Freshness.NOTHING, 7, b""))


def test_a_tier_that_is_not_trusted_holds_and_shows_nothing(tier: LocalTier, clock: ManualClock) -> None:
    hold(tier, read(7))

    tier.trust(until=clock.monotonic())

    assert version_shown(tier) is None
    assert not hold(tier, read(7))
    assert not LocalTier(clock=clock).trusted


def test_trust_ends_by_itself_and_what_was_held_is_still_there_when_it_comes_back(
    tier: LocalTier, clock: ManualClock
) -> None:
    hold(tier, read(7))
    tier.trust(until=clock.monotonic() + 0.5)

    clock.advance(0.5)
    assert version_shown(tier) is None
    tier.trust(until=FOR_EVER)
    assert version_shown(tier) == 7


def test_distrust_gives_everything_up(tier: LocalTier) -> None:
    hold(tier, read(7))

    tier.distrust()
    tier.trust(until=FOR_EVER)

    assert version_shown(tier) is None
    assert len(tier) == 0


@pytest.mark.parametrize(("told", "shown"), [(6, 7), (7, 7), (8, None)])
def test_a_message_drops_a_copy_below_its_version(tier: LocalTier, told: int, shown: int | None) -> None:
    hold(tier, read(7))
    hold(tier, read(7), key=OTHER)

    tier.raise_floors([(KEY, told)])

    assert version_shown(tier) == shown
    assert version_shown(tier, OTHER) == 7


def test_a_message_leaves_a_floor_for_what_is_not_held(tier: LocalTier) -> None:
    ticket = tier.ticket()
    tier.raise_floors([(KEY, 8)])

    assert not hold(tier, read(7), ticket=ticket)
    assert hold(tier, read(8), ticket=ticket)


def test_nothing_below_a_known_floor_is_held_whoever_asks(tier: LocalTier) -> None:
    tier.raise_floors([(KEY, 8)])
    tier.raise_floors([(KEY, 6)])

    assert not hold(tier, read(7))


@pytest.mark.parametrize("told", [7, 8, 9])
def test_any_word_of_a_row_ends_a_negative_copy(tier: LocalTier, told: int) -> None:
    ticket = tier.ticket()
    hold(tier, read(8, there=False))

    tier.raise_floors([(KEY, told)])

    assert version_shown(tier) is None
    assert not hold(tier, read(8, there=False), ticket=ticket)


def test_a_row_that_is_found_missing_after_the_message_is_held_as_missing(tier: LocalTier) -> None:
    tier.raise_floors([(KEY, 8)])

    assert hold(tier, read(8, there=False))
    assert version_shown(tier) == 8


def test_a_slower_reader_replaces_nothing_newer(tier: LocalTier) -> None:
    ticket = tier.ticket()
    hold(tier, read(8))

    assert not hold(tier, read(7), ticket=ticket)
    assert version_shown(tier) == 8


def test_copies_are_bounded_and_the_oldest_goes_first(clock: ManualClock) -> None:
    tier = trusted(clock, most_copies=3)
    for number in range(4):
        hold(tier, read(7), key=f"jam {number}")
    hold(tier, read(8), key="jam 1")
    hold(tier, read(7), key="jam 4")

    assert len(tier) == 3
    assert [version_shown(tier, f"jam {number}") for number in range(5)] == [None, 8, None, 7, 7]


def test_whoever_has_a_ticket_from_before_a_forgotten_floor_holds_nothing(clock: ManualClock) -> None:
    tier = trusted(clock, most_floors=2)
    ticket = tier.ticket()
    for number, key in enumerate((KEY, "plum", "pear")):
        tier.raise_floors([(key, 8 + number)])

    assert len(tier._floors) == 2
    assert not hold(tier, read(7), ticket=ticket)
    assert not hold(tier, read(7), key="fig", ticket=ticket)
    assert hold(tier, read(8))


def test_the_floor_that_was_raised_last_is_forgotten_last(clock: ManualClock) -> None:
    tier = trusted(clock, most_floors=2)
    for key, version in ((KEY, 8), ("plum", 8), (KEY, 9), ("pear", 8)):
        tier.raise_floors([(key, version)])

    assert not hold(tier, read(8))
    assert hold(tier, read(7), key="plum")


def test_control_a_tier_that_forgets_that_it_has_forgotten_holds_an_old_answer(clock: ManualClock) -> None:
    tier = trusted(clock, most_floors=2)
    ticket = tier.ticket()
    for number, key in enumerate((KEY, "plum", "pear")):
        tier.raise_floors([(key, 8 + number)])
    tier._forgotten = 0

    assert hold(tier, read(7), ticket=ticket)


def test_an_emptied_tier_refuses_whoever_asked_before(tier: LocalTier) -> None:
    hold(tier, read(7))
    ticket = tier.ticket()

    tier.empty()

    assert version_shown(tier) is None
    assert not hold(tier, read(7), ticket=ticket)
    assert hold(tier, read(7))


@given(st.data())
def test_with_every_message_delivered_nothing_old_is_shown_whatever_the_order(data: st.DataObject) -> None:
    """Readers ask at any time and hold at any later one; messages come in order, at any time after their change."""
    clock = ManualClock()
    tier = trusted(clock, most_copies=data.draw(st.integers(1, 3)), most_floors=data.draw(st.integers(1, 3)))
    keys = ["fig", "plum", "pear"]
    redis = dict.fromkeys(keys, 1)
    under_way: list[tuple[str, int]] = []
    answers: list[tuple[str, int, Ticket]] = []
    for step in data.draw(st.lists(st.sampled_from(["change", "flood", "deliver", "ask", "hold"]), max_size=40)):
        if step in ("change", "flood"):
            for key in keys if step == "flood" else [data.draw(st.sampled_from(keys))]:
                redis[key] += 1
                under_way.append((key, redis[key]))
            while step == "flood" and under_way:
                tier.raise_floors([under_way.pop(0)])
        elif step == "deliver" and under_way:
            tier.raise_floors([under_way.pop(0)])
        elif step == "ask":
            key = data.draw(st.sampled_from(keys))
            answers.append((key, redis[key], tier.ticket()))
        elif step == "hold" and answers:
            key, version, ticket = answers.pop(data.draw(st.integers(0, len(answers) - 1)))
            hold(tier, read(version), key=key, ticket=ticket)
        if not under_way:
            assert all(version_shown(tier, key) in (None, redis[key]) for key in keys)


def test_a_forked_child_begins_empty_and_not_trusted(tier: LocalTier) -> None:
    hold(tier, read(7))

    with tier._lock:
        child = os.fork()
        if not child:
            # The lock was held by somebody who is not here.
            held = tier.trusted or len(tier) or tier.hold(KEY, read(7), ticket=tier.ticket(), local_ttl=LOCAL_TTL)
            tier.trust(until=FOR_EVER)
            os._exit(1 if held or not hold(tier, read(7)) else 0)

    assert os.waitpid(child, 0)[1] == 0
    assert version_shown(tier) == 7
