"""Every method takes many keys: it answers in their order, and one key's answer is none of another's business."""

from shop.caching.entry import HEADER_BYTES, version_of
from shop.caching.store import Fill, FillAnswer, Invalidation, Lease, LeaseAnswer, Put, PutAnswer
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, Larder, value

NAMES = ("fig", "plum", "pear", "apple")


def test_entries_are_read_in_the_order_of_the_keys(larder: Larder) -> None:
    larder.load(value(1), "fig")
    larder.load(value(2), "pear")

    keys = [larder.key(name) for name in ("pear", "plum", "fig", "pear")]

    assert larder.store.read(keys) == [value(2), None, value(1), value(2)]


def test_each_key_of_one_call_is_leased_for_itself(larder: Larder) -> None:
    larder.ask("theirs", "plum")
    larder.load(value(3), "pear")

    replies = larder.store.lease([Lease(larder.key(name), b"") for name in NAMES], token="mine", lease_ms=MINUTE_MS)

    assert [reply.answer for reply in replies] == [
        LeaseAnswer.GRANTED,
        LeaseAnswer.BUSY,
        LeaseAnswer.CHANGED,
        LeaseAnswer.GRANTED,
    ]
    assert [reply.entry for reply in replies] == [None, None, value(3), None]


def test_each_key_of_one_call_is_filled_for_itself(larder: Larder) -> None:
    larder.invalidate(5, "pear")
    for name in ("fig", "pear", "apple"):
        larder.ask("mine", name)
    larder.ask("theirs", "plum")

    answers = larder.store.fill([Fill(larder.key(name), value(4), MINUTE_MS) for name in NAMES], token="mine")

    assert answers == [FillAnswer.STORED, FillAnswer.NO_LEASE, FillAnswer.BELOW_FLOOR, FillAnswer.STORED]
    assert [version_of(larder.entry(name)) for name in NAMES] == [4, 0, 5, 4]


def test_each_key_of_one_fill_is_kept_for_its_own_time(larder: Larder) -> None:
    larder.ask("mine", "fig")
    larder.ask("mine", "plum")

    fills = [Fill(larder.key("fig"), value(1), 1), Fill(larder.key("plum"), value(2), MINUTE_MS)]
    assert larder.store.fill(fills, token="mine") == [FillAnswer.STORED] * 2

    larder.wait_until_gone("fig")
    assert larder.entry("plum") == value(2)


def test_each_key_of_one_call_is_invalidated_at_its_own_version(larder: Larder) -> None:
    for name in NAMES:
        larder.load(value(5, name.encode()), name)
        larder.ask("mine", name)

    invalidations = [Invalidation(larder.key(name), version) for name, version in zip(NAMES, (4, 5, 6, 7), strict=True)]
    larder.store.invalidate(invalidations, now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS)

    assert [version_of(larder.entry(name)) for name in NAMES] == [5, 5, 6, 7]
    assert [len(larder.entry(name) or b"") > HEADER_BYTES for name in NAMES] == [True, True, False, False]
    fills = [Fill(larder.key(name), value(9), MINUTE_MS) for name in NAMES]
    assert larder.store.fill(fills, token="mine") == [FillAnswer.NO_LEASE] * 4


def put_all(larder: Larder, puts: list[Put]) -> list[PutAnswer]:
    return larder.store.put(puts, token="writer", lease_ms=MINUTE_MS, tombstone_ms=MINUTE_MS)


def test_each_key_of_one_call_is_put_for_itself(larder: Larder) -> None:
    larder.invalidate(5, "plum")
    larder.load(value(3), "pear")
    larder.ask("theirs", "apple")

    puts = [Put(larder.key(name), value(4, name.encode()), MINUTE_MS) for name in NAMES]
    answers = put_all(larder, puts)

    assert answers == [PutAnswer.LEASED, PutAnswer.BELOW_FLOOR, PutAnswer.STORED, PutAnswer.LEASED]
    assert [version_of(larder.entry(name)) for name in NAMES] == [0, 5, 4, 0]
    assert larder.entry("pear") == value(4, b"pear")
    assert larder.fill(value(9), "theirs", "apple") is FillAnswer.NO_LEASE
    fills = [Fill(larder.key(name), value(6), MINUTE_MS) for name in NAMES]
    by_lease = [FillAnswer.STORED, FillAnswer.NO_LEASE, FillAnswer.NO_LEASE, FillAnswer.STORED]
    assert larder.store.fill(fills, token="writer") == by_lease


def test_each_key_of_one_put_is_kept_for_its_own_time(larder: Larder) -> None:
    larder.invalidate(1, "fig")
    larder.invalidate(1, "plum")

    puts = [Put(larder.key("fig"), value(1), 1), Put(larder.key("plum"), value(2), MINUTE_MS)]
    assert put_all(larder, puts) == [PutAnswer.STORED] * 2

    larder.wait_until_gone("fig")
    assert larder.entry("plum") == value(2)


def test_of_two_puts_of_one_key_in_one_call_the_higher_stays(larder: Larder) -> None:
    larder.invalidate(1)
    puts = [Put(larder.key(), value(2), MINUTE_MS), Put(larder.key(), value(1), MINUTE_MS)]

    assert put_all(larder, puts) == [PutAnswer.STORED, PutAnswer.BELOW_FLOOR]
    assert larder.entry() == value(2)


def test_each_key_of_one_call_is_released_for_itself(larder: Larder) -> None:
    larder.ask("mine", "fig")
    larder.ask("theirs", "plum")

    larder.store.release([larder.key(name) for name in NAMES], token="mine")

    assert larder.ask("next", "fig").answer is LeaseAnswer.GRANTED
    assert larder.ask("next", "plum").answer is LeaseAnswer.BUSY


def test_a_change_of_no_keys_is_no_error(larder: Larder) -> None:
    assert larder.store.lease([], token="mine", lease_ms=MINUTE_MS) == []
    assert larder.store.fill([], token="mine") == []
    assert put_all(larder, []) == []
    larder.store.release([], token="mine")
    larder.store.invalidate([], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS)


def test_five_hundred_keys_go_through_one_call(larder: Larder) -> None:
    names = [f"jam {number}" for number in range(500)]
    keys = [larder.key(name) for name in names]

    larder.store.lease([Lease(key, b"") for key in keys], token="mine", lease_ms=MINUTE_MS)
    answers = larder.store.fill([Fill(key, value(1), MINUTE_MS) for key in keys], token="mine")
    larder.store.invalidate([Invalidation(key, 2) for key in keys], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS)
    put = put_all(larder, [Put(key, value(3), MINUTE_MS) for key in keys])

    assert answers == [FillAnswer.STORED] * 500
    assert put == [PutAnswer.STORED] * 500
    assert {version_of(entry) for entry in larder.store.read(keys)} == {3}
