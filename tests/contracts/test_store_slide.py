"""What shop/caching/store.py promises of entries that slide, kept by every store; with its controls."""

from collections.abc import Callable

import pytest
from redis import Redis

from shop.caching.redis_store import script_text
from shop.caching.store import Slid, Use
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, Larder, absent, value

IDLE_MS = 30 * MINUTE_MS
AT = WRITTEN_MS
UNKNOWN = Use(0, 0)


def read(larder: Larder, at: int, *names: str) -> Slid:
    keys = [larder.key(name) for name in names or ("jam",)]
    return larder.store.slide(keys, use_key=use_key(larder), now_ms=at, idle_ms=IDLE_MS, kept_ms=IDLE_MS)


def note(larder: Larder, at: int, *, noted_ms: int, kept_ms: int = IDLE_MS) -> Use:
    return larder.store.slide(
        [], use_key=use_key(larder), now_ms=at, idle_ms=IDLE_MS, kept_ms=kept_ms, noted_ms=noted_ms
    ).before


def use_key(larder: Larder) -> str:
    return f"{larder.key()}:used"


def use(larder: Larder) -> Use:
    """As it stands; asked by reading what is not there."""
    return read(larder, AT, "nothing").before


def test_what_is_read_is_answered_in_order_with_nothing_for_what_is_not_there(larder: Larder) -> None:
    larder.load(value(7), "jam")
    larder.load(value(9), "honey")

    assert read(larder, AT, "jam", "nothing", "honey").entries == [value(7), None, value(9)]


def test_a_value_that_is_read_is_used(larder: Larder) -> None:
    larder.load(value(7))

    assert read(larder, AT).before == UNKNOWN
    assert read(larder, AT + 5).before == Use(AT, 0)
    assert use(larder) == Use(AT + 5, 0)


def test_only_the_first_that_is_read_is_used(larder: Larder) -> None:
    larder.load(value(7), "honey")

    read(larder, AT, "jam", "honey")

    assert use(larder) == UNKNOWN


@pytest.mark.parametrize("what", ["nothing", "absent", "tombstone"])
def test_guessing_leaves_nothing_behind(larder: Larder, what: str) -> None:
    if what == "absent":
        larder.load(absent(7))
    if what == "tombstone":
        larder.invalidate(7)

    read(larder, AT)

    assert use(larder) == UNKNOWN


@pytest.mark.parametrize(("after_ms", "slides"), [(IDLE_MS, True), (IDLE_MS + 1, False)])
def test_what_was_last_used_longer_ago_than_its_idle_time_is_made_young_by_nobody(
    larder: Larder, after_ms: int, slides: bool
) -> None:
    larder.load(value(7))
    read(larder, AT)

    assert read(larder, AT + after_ms).before == Use(AT, 0)

    assert use(larder) == Use(AT + after_ms if slides else AT, 0)


def test_whoever_has_loaded_the_row_may_use_it_whatever_is_read(larder: Larder) -> None:
    note(larder, AT, noted_ms=AT - 30)

    assert use(larder) == Use(AT, AT - 30)
    note(larder, AT + 2 * IDLE_MS, noted_ms=AT + 2 * IDLE_MS)
    assert use(larder) == Use(AT + 2 * IDLE_MS, AT + 2 * IDLE_MS)


def test_what_the_row_has_noted_is_known_after_further_uses(larder: Larder) -> None:
    larder.load(value(7))
    note(larder, AT, noted_ms=AT)

    read(larder, AT + 5)

    assert use(larder) == Use(AT + 5, AT)


def test_neither_time_ever_goes_back(larder: Larder) -> None:
    larder.load(value(7))
    note(larder, AT + 9, noted_ms=AT + 9)

    assert note(larder, AT, noted_ms=AT) == Use(AT + 9, AT + 9)
    read(larder, AT)

    assert use(larder) == Use(AT + 9, AT + 9)


def test_a_use_is_forgotten_when_its_time_is_over(larder: Larder) -> None:
    note(larder, AT, noted_ms=AT, kept_ms=20)

    while use(larder) != UNKNOWN:
        pass


def is_over(larder: Larder) -> None:
    test_what_was_last_used_longer_ago_than_its_idle_time_is_made_young_by_nobody(larder, IDLE_MS + 1, False)


def guessed(larder: Larder) -> None:
    test_guessing_leaves_nothing_behind(larder, "tombstone")


CONTROLS: dict[str, tuple[str, str, Callable[[Larder], None]]] = {
    "over stays over": ("and not is_over", "", is_over),
    "a tombstone is no value": ("read[1] and string.sub(read[1], 34, 34) == 'v'", "read[1]", guessed),
    "the last use never goes back": ("math.max(last, now)", "now", test_neither_time_ever_goes_back),
    "the noted use never goes back": (
        "math.max(noted, tonumber(ARGV[4]) or 0)",
        "tonumber(ARGV[4]) or 0",
        test_neither_time_ever_goes_back,
    ),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_control_without_its_fix_a_promise_is_broken(
    larder_with: Callable[[Callable[[str], str]], Larder], control: str
) -> None:
    old, new, promise = CONTROLS[control]
    assert old in script_text("slide"), f"slide.lua no longer has {old!r}: the control would prove nothing"

    with pytest.raises(AssertionError):
        promise(larder_with(lambda name: script_text(name).replace(old, new)))


def test_what_is_no_use_is_read_over(larder_with: Callable[[Callable[[str], str]], Larder], redis: Redis) -> None:
    larder = larder_with(script_text)
    redis.set(use_key(larder), b"nonsense")
    larder.load(value(7))

    assert read(larder, AT) == Slid([value(7)], UNKNOWN)
    assert use(larder) == Use(AT, 0)
