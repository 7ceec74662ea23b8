"""What shop/caching/store.py promises of fills and invalidations, kept by every store.

Leases have test_store_leases.py; the controls, with the fixes taken out of the scripts, test_store_controls.py.
"""

import pytest

from shop.caching.entry import HEADER_BYTES, TOMBSTONE, kind_of, version_of
from shop.caching.store import FillAnswer, LeaseAnswer
from tests.contracts.larders import Larder, absent, value

LARGEST = 2**63 - 1


def test_nothing_is_read_where_nothing_was_stored(larder: Larder) -> None:
    assert larder.store.read([larder.key()]) == [None]


def test_what_was_filled_is_read_back_byte_for_byte(larder: Larder) -> None:
    entry = value(7, bytes(range(256)))

    assert larder.load(entry) is FillAnswer.STORED

    assert larder.entry() == entry


def test_an_absent_row_is_stored_like_a_value(larder: Larder) -> None:
    assert larder.load(absent(0)) is FillAnswer.STORED
    assert larder.entry() == absent(0)


def test_a_filled_entry_is_gone_when_its_time_is_over(larder: Larder) -> None:
    larder.load(value(7), kept_ms=20)

    larder.wait_until_gone()


def test_a_fill_without_a_lease_is_refused(larder: Larder) -> None:
    assert larder.fill(value(7), "mine") is FillAnswer.NO_LEASE
    assert larder.entry() is None


def test_a_fill_with_the_token_of_somebody_else_is_refused_and_leaves_their_lease(larder: Larder) -> None:
    larder.ask("theirs")

    assert larder.fill(value(7), "mine") is FillAnswer.NO_LEASE

    assert larder.entry() is None
    assert larder.fill(value(8), "theirs") is FillAnswer.STORED


def test_a_fill_gives_the_lease_back(larder: Larder) -> None:
    larder.load(value(7))

    assert larder.ask("next").answer is LeaseAnswer.GRANTED


def test_one_lease_is_good_for_one_fill(larder: Larder) -> None:
    larder.ask("mine")
    larder.fill(value(7), "mine")

    assert larder.fill(value(8), "mine") is FillAnswer.NO_LEASE
    assert larder.entry() == value(7)


def test_a_fill_below_the_floor_is_refused_and_gives_the_lease_back(larder: Larder) -> None:
    larder.invalidate(8)
    larder.ask("mine")

    assert larder.fill(value(7), "mine") is FillAnswer.BELOW_FLOOR

    assert version_of(larder.entry()) == 8
    assert larder.ask("next").answer is LeaseAnswer.GRANTED


def test_an_absent_row_below_the_floor_is_refused_like_a_value(larder: Larder) -> None:
    larder.invalidate(8)

    assert larder.load(absent(7)) is FillAnswer.BELOW_FLOOR
    assert larder.load(absent(8)) is FillAnswer.STORED


def test_a_fill_at_its_version_passes_the_tombstone_of_that_version(larder: Larder) -> None:
    larder.invalidate(8)

    assert larder.load(value(8)) is FillAnswer.STORED
    assert larder.entry() == value(8)


def test_a_fill_at_the_version_of_a_stored_value_replaces_it(larder: Larder) -> None:
    larder.load(value(8, b"before"))

    assert larder.load(value(8, b"after")) is FillAnswer.STORED
    assert larder.entry() == value(8, b"after")


def test_a_fill_below_a_stored_value_is_refused(larder: Larder) -> None:
    larder.load(value(8))

    assert larder.load(value(7)) is FillAnswer.BELOW_FLOOR
    assert larder.entry() == value(8)


@pytest.mark.parametrize("version", [9, 10, 2**31, 2**53, 2**53 + 1, 10**18, LARGEST - 1])
def test_versions_that_differ_by_one_are_told_apart_however_large(larder: Larder, version: int) -> None:
    larder.invalidate(version + 1)

    assert larder.load(value(version)) is FillAnswer.BELOW_FLOOR
    assert larder.load(value(version + 1)) is FillAnswer.STORED

    larder.invalidate(version)
    assert larder.entry() == value(version + 1)


def test_an_invalidation_leaves_a_tombstone_with_the_floor(larder: Larder) -> None:
    larder.load(value(7))

    larder.invalidate(LARGEST)

    entry = larder.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry), len(entry)) == (LARGEST, TOMBSTONE, HEADER_BYTES)


def test_an_invalidation_of_what_is_not_stored_leaves_a_floor_too(larder: Larder) -> None:
    larder.invalidate(8)

    assert version_of(larder.entry()) == 8


def test_an_absent_row_is_beaten_by_the_invalidation_of_a_new_row(larder: Larder) -> None:
    larder.load(absent(0))

    larder.invalidate(1)

    assert version_of(larder.entry()) == 1


@pytest.mark.parametrize("late", [1, 7, 8])
def test_a_late_or_repeated_invalidation_erases_nothing_newer_or_equal(larder: Larder, late: int) -> None:
    larder.load(value(8))

    larder.invalidate(late)

    assert larder.entry() == value(8)


@pytest.mark.parametrize("late", [1, 7, 8])
def test_a_late_or_repeated_invalidation_says_that_an_absent_row_may_be_there_and_leaves_its_floor(
    larder: Larder, late: int
) -> None:
    larder.load(absent(8))

    larder.invalidate(late)

    entry = larder.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry), len(entry)) == (8, TOMBSTONE, HEADER_BYTES)
    assert larder.load(value(7)) is FillAnswer.BELOW_FLOOR


def test_a_late_invalidation_does_not_lower_a_tombstone(larder: Larder) -> None:
    larder.invalidate(8)

    larder.invalidate(7)

    assert version_of(larder.entry()) == 8


def test_a_tombstone_is_gone_when_its_time_is_over(larder: Larder) -> None:
    larder.invalidate(8, tombstone_ms=20)

    larder.wait_until_gone()


@pytest.mark.parametrize("version", [7, 8, 9], ids=["late", "repeated", "new"])
def test_every_invalidation_takes_the_lease_away(larder: Larder, version: int) -> None:
    larder.load(value(8))
    larder.ask("mine")

    larder.invalidate(version)

    assert larder.fill(value(10), "mine") is FillAnswer.NO_LEASE
    assert larder.ask("next").answer is LeaseAnswer.GRANTED


def test_a_marker_stays_and_reads_as_something(larder: Larder) -> None:
    larder.store.mark(larder.key("retired"))
    larder.store.mark(larder.key("retired"))

    assert larder.entry("retired") is not None


def test_what_is_not_an_entry_is_read_as_it_is_and_can_be_leased_as_seen(larder: Larder) -> None:
    larder.store.mark(larder.key())

    assert larder.store.read([larder.key()]) == [b"1"]
    assert larder.ask("mine").answer is LeaseAnswer.GRANTED
