"""What shop/caching/store.py promises of puts, kept by every store. The controls are in test_store_controls.py."""

import pytest

from shop.caching.entry import HEADER_BYTES, TOMBSTONE, kind_of, version_of
from shop.caching.store import FillAnswer, LeaseAnswer, LeaseReply, PutAnswer
from tests.contracts.larders import Larder, absent, value, wait_until

LARGEST = 2**63 - 1


def test_a_put_where_nothing_is_stored_stores_nothing_and_has_the_lease(larder: Larder) -> None:
    assert larder.put(value(7), token="mine") is PutAnswer.LEASED

    assert larder.entry() is None
    assert larder.ask("theirs").answer is LeaseAnswer.BUSY
    assert larder.fill(value(8), "mine") is FillAnswer.STORED
    assert larder.entry() == value(8)


def test_the_lease_of_whoever_loads_there_goes_to_the_put(larder: Larder) -> None:
    larder.ask("theirs")

    assert larder.put(value(7), token="mine") is PutAnswer.LEASED

    assert larder.fill(value(6), "theirs") is FillAnswer.NO_LEASE
    assert larder.fill(value(7), "mine") is FillAnswer.STORED


def test_whoever_puts_there_later_has_the_lease(larder: Larder) -> None:
    larder.put(value(7), token="first")

    assert larder.put(value(8), token="second") is PutAnswer.LEASED

    assert larder.fill(value(7), "first") is FillAnswer.NO_LEASE
    assert larder.fill(value(8), "second") is FillAnswer.STORED


def test_an_invalidation_takes_that_lease_too(larder: Larder) -> None:
    larder.put(value(7), token="mine")

    larder.invalidate(8)

    assert larder.fill(value(7), "mine") is FillAnswer.NO_LEASE


def test_that_lease_runs_out(larder: Larder) -> None:
    larder.put(value(7), token="mine", lease_ms=20)

    wait_until(lambda: larder.ask("next").answer is LeaseAnswer.GRANTED)

    assert larder.fill(value(7), "mine") is FillAnswer.NO_LEASE


def test_what_was_put_is_read_back_byte_for_byte(larder: Larder) -> None:
    larder.invalidate(7)
    entry = value(7, bytes(range(256)))

    assert larder.put(entry) is PutAnswer.STORED

    assert larder.entry() == entry


def test_a_put_replaces_what_is_lower(larder: Larder) -> None:
    larder.load(value(7, b"before"))

    assert larder.put(value(8, b"after")) is PutAnswer.STORED
    assert larder.entry() == value(8, b"after")


def test_a_put_at_the_version_of_a_stored_value_replaces_it(larder: Larder) -> None:
    larder.load(value(8, b"before"))

    assert larder.put(value(8, b"after")) is PutAnswer.STORED
    assert larder.entry() == value(8, b"after")


def test_a_put_below_a_stored_value_is_refused(larder: Larder) -> None:
    larder.load(value(8))

    assert larder.put(value(7)) is PutAnswer.BELOW_FLOOR
    assert larder.entry() == value(8)


def test_a_put_below_a_tombstone_is_refused_and_leaves_it(larder: Larder) -> None:
    larder.invalidate(8)
    tombstone = larder.entry()

    assert larder.put(value(7)) is PutAnswer.BELOW_FLOOR
    assert larder.entry() == tombstone


def test_a_put_at_its_version_passes_the_tombstone_of_that_version(larder: Larder) -> None:
    larder.invalidate(8)

    assert larder.put(value(8)) is PutAnswer.STORED
    assert larder.entry() == value(8)


@pytest.mark.parametrize("version", [9, 10, 2**31, 2**53, 2**53 + 1, 10**18, LARGEST - 1])
def test_puts_whose_versions_differ_by_one_are_told_apart_however_large(larder: Larder, version: int) -> None:
    larder.load(value(version + 1))

    assert larder.put(value(version)) is PutAnswer.BELOW_FLOOR
    assert larder.entry() == value(version + 1)


def test_a_put_needs_no_lease_and_leaves_none(larder: Larder) -> None:
    larder.load(value(6))

    assert larder.put(value(7)) is PutAnswer.STORED

    assert larder.ask("next") == LeaseReply(LeaseAnswer.GRANTED)


@pytest.mark.parametrize("version", [7, 8, 9], ids=["below", "equal", "above"])
def test_every_put_takes_the_lease_away(larder: Larder, version: int) -> None:
    larder.load(value(8))
    larder.ask("mine")

    larder.put(value(version))

    assert larder.fill(value(10), "mine") is FillAnswer.NO_LEASE
    assert larder.ask("next").answer is LeaseAnswer.GRANTED


def test_an_invalidation_of_the_put_s_own_version_leaves_it(larder: Larder) -> None:
    larder.load(value(7))
    larder.put(value(8))

    larder.invalidate(8)

    assert larder.entry() == value(8)


def test_a_later_invalidation_ends_what_was_put(larder: Larder) -> None:
    larder.load(value(7))
    larder.put(value(8))

    larder.invalidate(9)

    entry = larder.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry)) == (9, TOMBSTONE)


@pytest.mark.parametrize("floor", [0, 7, 8])
def test_a_put_replaces_a_negative_entry_at_or_below_it(larder: Larder, floor: int) -> None:
    larder.load(absent(floor))

    assert larder.put(value(8)) is PutAnswer.STORED
    assert larder.entry() == value(8)


def test_a_put_says_that_an_absent_row_of_a_higher_version_may_be_there_and_leaves_its_floor(larder: Larder) -> None:
    larder.load(absent(9))

    assert larder.put(value(8)) is PutAnswer.BELOW_FLOOR

    entry = larder.entry()
    assert entry is not None
    assert (version_of(entry), kind_of(entry), len(entry)) == (9, TOMBSTONE, HEADER_BYTES)
    assert larder.load(value(8)) is FillAnswer.BELOW_FLOOR


def test_that_floor_is_gone_when_its_time_is_over(larder: Larder) -> None:
    larder.load(absent(9))

    larder.put(value(8), tombstone_ms=20)

    larder.wait_until_gone()


def test_a_put_is_gone_when_its_time_is_over(larder: Larder) -> None:
    larder.load(value(6))
    larder.put(value(7), kept_ms=20)

    larder.wait_until_gone()


def test_what_was_not_written_by_us_counts_as_nothing_and_goes(larder: Larder) -> None:
    larder.store.mark(larder.key())

    assert larder.put(value(7)) is PutAnswer.LEASED
    assert larder.entry() is None
