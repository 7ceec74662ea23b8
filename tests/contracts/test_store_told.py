"""What shop/caching/store.py promises to whoever listens, kept by every store."""

from collections.abc import Callable

import pytest
from redis import Redis

from shop.caching.messages import EMPTY, RETIRED, changes, trace
from shop.caching.store import Fill, FillAnswer, Invalidation
from tests.contracts.ears import Ears, listening
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, Larder, absent, value
from tests.contracts.test_store_controls import without

LARGEST = 2**63 - 1
NAMES = ("fig", "plum", "pear")


def told(larder: Larder, version: int, name: str = "jam") -> str:
    return changes([(larder.key(name), version)])


def test_a_fill_is_told_with_its_version(larder: Larder, ears: Ears) -> None:
    larder.load(value(LARGEST))

    assert ears() == [told(larder, LARGEST)]


def test_a_negative_entry_is_told_like_a_value(larder: Larder, ears: Ears) -> None:
    larder.load(absent(0))

    assert ears() == [told(larder, 0)]


def test_a_fill_that_is_refused_is_not_told(larder: Larder, ears: Ears) -> None:
    larder.invalidate(8)
    ears()

    assert larder.load(value(7)) is FillAnswer.BELOW_FLOOR
    assert larder.fill(value(9), "no lease") is FillAnswer.NO_LEASE

    assert ears() == []


def test_a_fill_at_the_version_that_is_there_says_nothing_new(larder: Larder, ears: Ears) -> None:
    larder.load(value(7))
    larder.invalidate(8)
    ears()

    larder.load(value(8))
    larder.load(value(8))

    assert ears() == []


def test_a_fill_above_what_is_there_is_told(larder: Larder, ears: Ears) -> None:
    larder.load(value(7))
    larder.load(value(8))

    assert ears() == [told(larder, 7), told(larder, 8)]


def test_an_invalidation_is_told_also_where_nothing_was(larder: Larder, ears: Ears) -> None:
    larder.invalidate(LARGEST)

    assert ears() == [told(larder, LARGEST)]


@pytest.mark.parametrize("late", [7, 8])
def test_an_invalidation_that_changes_nothing_is_not_told(larder: Larder, ears: Ears, late: int) -> None:
    larder.load(value(8))
    ears()

    larder.invalidate(late)

    assert ears() == []


@pytest.mark.parametrize("late", [7, 8])
def test_a_negative_entry_that_is_doubted_is_told_with_its_floor(larder: Larder, ears: Ears, late: int) -> None:
    larder.load(absent(8))
    ears()

    larder.invalidate(late)

    assert ears() == [told(larder, 8)]


def test_what_was_not_written_by_us_is_told_when_it_goes(larder: Larder, ears: Ears) -> None:
    larder.store.mark(larder.key())

    larder.invalidate(8)

    assert ears() == [told(larder, 8)]


def test_one_call_is_one_message_that_names_what_has_changed(larder: Larder, ears: Ears) -> None:
    larder.load(value(5), "plum")
    ears()

    invalidations = [Invalidation(larder.key(name), version) for name, version in zip(NAMES, (4, 5, 6), strict=True)]
    larder.store.invalidate(invalidations, now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS, channel=larder.channel)
    for name in NAMES:
        larder.ask("mine", name)
    fills = [Fill(larder.key(name), value(6), MINUTE_MS) for name in NAMES]
    larder.store.fill(fills, token="mine", channel=larder.channel)

    def message(*versions: tuple[str, int]) -> str:
        return changes([(larder.key(name), version) for name, version in versions])

    assert ears() == [message(("fig", 4), ("pear", 6)), message(("fig", 6), ("plum", 6))]


def test_without_a_channel_nobody_is_told(larder: Larder, ears: Ears) -> None:
    larder.ask("mine")
    larder.store.fill([Fill(larder.key(), value(7), MINUTE_MS)], token="mine")
    larder.store.invalidate([Invalidation(larder.key(), 8)], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS)
    larder.store.mark(larder.key("retired"))

    assert ears() == []


def test_a_call_without_keys_tells_nothing(larder: Larder, ears: Ears) -> None:
    larder.store.fill([], token="mine", channel=larder.channel)
    larder.store.invalidate([], now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS, channel=larder.channel)

    assert ears() == []


def test_a_retired_database_id_is_told(larder: Larder, ears: Ears) -> None:
    larder.store.mark(larder.key("retired"), channel=larder.channel)

    assert ears() == [RETIRED]


def test_a_word_is_told_as_it_is_behind_what_was_told_before(larder: Larder, ears: Ears) -> None:
    larder.invalidate(8)
    larder.store.tell(EMPTY, channel=larder.channel)
    larder.store.tell(trace("8f3a"), channel=larder.channel)

    assert ears() == [told(larder, 8), "empty", "trace 8f3a"]


FILL_TELLS = ("told[#told + 1] = string.sub(entry, 1, 20) .. KEYS[i]", "")
FILL_SPARES = ("string.sub(entry, 1, 20) ~= string.sub(header, 1, 20)", "true")
TOMBSTONE_TELLS = ("told[#told + 1] = string.sub(tombstone, 1, 20) .. KEYS[i]", "")
DOUBT_TELLS = ("told[#told + 1] = string.sub(header, 1, 20) .. KEYS[i]", "")


@pytest.mark.parametrize(
    ("script", "fix", "promise"),
    [
        ("fill", FILL_TELLS, test_a_fill_is_told_with_its_version),
        ("fill", FILL_SPARES, test_a_fill_at_the_version_that_is_there_says_nothing_new),
        ("invalidate", TOMBSTONE_TELLS, test_an_invalidation_is_told_also_where_nothing_was),
        (
            "invalidate",
            DOUBT_TELLS,
            lambda larder, ears: test_a_negative_entry_that_is_doubted_is_told_with_its_floor(larder, ears, 7),
        ),
    ],
)
def test_control_a_script_without_the_line_breaks_the_promise(
    larder_with: Callable[[Callable[[str], str]], Larder],
    redis: Redis,
    script: str,
    fix: tuple[str, str],
    promise: Callable[[Larder, Ears], None],
) -> None:
    larder = larder_with(without(script, fix))

    with listening(larder.store, larder.channel, redis) as heard, pytest.raises(AssertionError):
        promise(larder, heard)
