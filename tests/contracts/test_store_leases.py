"""What shop/caching/store.py promises of leases, kept by every store."""

from shop.caching.entry import HEADER_BYTES
from shop.caching.store import FillAnswer, LeaseAnswer, LeaseReply
from tests.contracts.larders import Larder, value, wait_until


def test_a_lease_goes_to_one_caller_at_a_time(larder: Larder) -> None:
    assert larder.ask("mine") == LeaseReply(LeaseAnswer.GRANTED)

    assert larder.ask("theirs") == LeaseReply(LeaseAnswer.BUSY)
    assert larder.ask("mine") == LeaseReply(LeaseAnswer.BUSY)


def test_a_lease_runs_out_and_its_holder_can_no_longer_fill(larder: Larder) -> None:
    larder.ask("stalled", lease_ms=20)

    wait_until(lambda: larder.ask("next").answer is LeaseAnswer.GRANTED)

    assert larder.fill(value(7), "stalled") is FillAnswer.NO_LEASE
    assert larder.fill(value(8), "next") is FillAnswer.STORED


def test_a_lease_is_refused_to_whoever_saw_nothing_where_there_is_an_entry(larder: Larder) -> None:
    larder.load(value(7, b"new"))

    reply = larder.ask_having_seen(b"", "mine")

    assert reply == LeaseReply(LeaseAnswer.CHANGED, value(7, b"new"))
    assert larder.fill(value(7), "mine") is FillAnswer.NO_LEASE


def test_a_lease_is_refused_to_whoever_has_not_seen_the_invalidation(larder: Larder) -> None:
    larder.load(value(7))
    seen = value(7)[:HEADER_BYTES]
    larder.invalidate(8)

    reply = larder.ask_having_seen(seen, "mine")

    assert reply == LeaseReply(LeaseAnswer.CHANGED, larder.entry())


def test_a_lease_is_refused_to_whoever_saw_an_entry_that_is_gone(larder: Larder) -> None:
    reply = larder.ask_having_seen(value(7)[:HEADER_BYTES], "mine")

    assert reply == LeaseReply(LeaseAnswer.CHANGED, None)


def test_a_changed_entry_is_told_even_while_somebody_else_loads(larder: Larder) -> None:
    larder.load(value(7))
    larder.ask("theirs")

    assert larder.ask_having_seen(b"", "mine").answer is LeaseAnswer.CHANGED


def test_a_released_lease_is_granted_to_the_next(larder: Larder) -> None:
    larder.ask("mine")

    larder.release("mine")

    assert larder.ask("next").answer is LeaseAnswer.GRANTED


def test_a_lease_is_released_only_by_its_holder(larder: Larder) -> None:
    larder.ask("theirs")

    larder.release("mine")

    assert larder.fill(value(7), "theirs") is FillAnswer.STORED


def test_a_release_where_there_is_no_lease_does_nothing(larder: Larder) -> None:
    larder.load(value(7))

    larder.release("mine")

    assert larder.entry() == value(7)
