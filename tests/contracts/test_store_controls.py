"""The controls: the tests of the contract must fail on scripts from which a fix is taken out."""

import re
from collections.abc import Callable

import pytest

from shop.caching.redis_store import script_text
from tests.contracts import test_store as promises
from tests.contracts import test_store_leases as leases
from tests.contracts import test_store_puts as puts
from tests.contracts.larders import Larder

HOLDS_THE_LEASE = ("redis.call('GET', KEYS[n + i]) ~= ARGV[1]", "false")
GIVES_THE_LEASE_BACK = ("redis.call('DEL', KEYS[n + i])", "")
BELOW_THE_FLOOR = "string.sub(entry, 1, 20) < redis.call('GETRANGE', KEYS[i], 0, 19)"
TAKES_THE_LEASE = ("redis.call('DEL', KEYS[n + i])", "")
OLDER_THAN_THE_CHANGE = "redis.call('GETRANGE', KEYS[i], 0, 19) < string.sub(tombstone, 1, 20)"
LEAVES_A_TOMBSTONE = ("redis.call('SET', KEYS[i], tombstone, 'PX', ARGV[1])", "redis.call('DEL', KEYS[i])")
DOUBTS_ABSENCE = ("redis.call('GETRANGE', KEYS[i], 33, 33) == 'a'", "false")
LOOKS_AGAIN = ("string.sub(entry, 1, 34) ~= ARGV[i + 2]", "false")
ONE_AT_A_TIME = ("'NX', ", "")
NOTHING_NEWER_IS_KNOWN = "string.sub(entry, 1, 20) >= string.sub(header, 1, 20)"
PUT_DOUBTS_ABSENCE = ("string.sub(header, 34, 34) == 'a'", "false")
WRITTEN_BY_US = ("not string.match(header, ours)", "false")
OWN_LEASE_ONLY = ("redis.call('GET', KEYS[i]) == ARGV[1]", "true")

Promise = Callable[[Larder], None]
Fix = tuple[str, str]


def numbers_for_text(comparison: str) -> Fix:
    """Versions as Lua numbers, which are doubles."""
    left, sign, right = re.split(" (<|>=) ", comparison)
    return comparison, f"tonumber({left}) {sign} (tonumber({right}) or 0)"


def late(larder: Larder) -> None:
    promises.test_a_late_or_repeated_invalidation_erases_nothing_newer_or_equal(larder, 7)


def repeated(larder: Larder) -> None:
    promises.test_a_late_or_repeated_invalidation_erases_nothing_newer_or_equal(larder, 8)


def late_of_an_absent_row(larder: Larder) -> None:
    promises.test_a_late_or_repeated_invalidation_says_that_an_absent_row_may_be_there_and_leaves_its_floor(larder, 7)


def leases_taken(larder: Larder) -> None:
    promises.test_every_invalidation_takes_the_lease_away(larder, 9)


def large_versions(larder: Larder) -> None:
    promises.test_versions_that_differ_by_one_are_told_apart_however_large(larder, 2**53)


def leases_taken_by_a_put(larder: Larder) -> None:
    puts.test_every_put_takes_the_lease_away(larder, 9)


def large_versions_put(larder: Larder) -> None:
    puts.test_puts_whose_versions_differ_by_one_are_told_apart_however_large(larder, 2**53)


CONTROLS: dict[str, tuple[str, Fix, list[Promise]]] = {
    "fill: needs the lease": (
        "fill",
        HOLDS_THE_LEASE,
        [
            promises.test_a_fill_without_a_lease_is_refused,
            promises.test_a_fill_with_the_token_of_somebody_else_is_refused_and_leaves_their_lease,
            leases.test_a_lease_runs_out_and_its_holder_can_no_longer_fill,
            promises.test_one_lease_is_good_for_one_fill,
            leases_taken,
        ],
    ),
    "fill: gives the lease back": ("fill", GIVES_THE_LEASE_BACK, [promises.test_a_fill_gives_the_lease_back]),
    "fill: not below the floor": (
        "fill",
        (BELOW_THE_FLOOR, "false"),
        [
            promises.test_a_fill_below_the_floor_is_refused_and_gives_the_lease_back,
            promises.test_an_absent_row_below_the_floor_is_refused_like_a_value,
            promises.test_a_fill_below_a_stored_value_is_refused,
        ],
    ),
    "fill: passes its own tombstone": (
        "fill",
        (BELOW_THE_FLOOR, BELOW_THE_FLOOR.replace("<", "<=")),
        [
            promises.test_a_fill_at_its_version_passes_the_tombstone_of_that_version,
            promises.test_a_fill_at_the_version_of_a_stored_value_replaces_it,
        ],
    ),
    "fill: compares text": ("fill", numbers_for_text(BELOW_THE_FLOOR), [large_versions]),
    "invalidate: takes the lease": ("invalidate", TAKES_THE_LEASE, [leases_taken]),
    "invalidate: leaves what is newer": ("invalidate", (OLDER_THAN_THE_CHANGE, "true"), [late, repeated]),
    "invalidate: leaves what is equal": (
        "invalidate",
        (OLDER_THAN_THE_CHANGE, OLDER_THAN_THE_CHANGE.replace("<", "<=")),
        [repeated],
    ),
    "invalidate: doubts absence": ("invalidate", DOUBTS_ABSENCE, [late_of_an_absent_row]),
    "invalidate: leaves a floor": (
        "invalidate",
        LEAVES_A_TOMBSTONE,
        [
            promises.test_an_invalidation_leaves_a_tombstone_with_the_floor,
            promises.test_a_fill_below_the_floor_is_refused_and_gives_the_lease_back,
        ],
    ),
    "lease: looks at the entry again": (
        "lease",
        LOOKS_AGAIN,
        [
            leases.test_a_lease_is_refused_to_whoever_saw_nothing_where_there_is_an_entry,
            leases.test_a_lease_is_refused_to_whoever_has_not_seen_the_invalidation,
            leases.test_a_lease_is_refused_to_whoever_saw_an_entry_that_is_gone,
        ],
    ),
    "lease: one at a time": ("lease", ONE_AT_A_TIME, [leases.test_a_lease_goes_to_one_caller_at_a_time]),
    "put: not below the floor": (
        "put",
        (NOTHING_NEWER_IS_KNOWN, "true"),
        [puts.test_a_put_below_a_stored_value_is_refused, puts.test_a_put_below_a_tombstone_is_refused_and_leaves_it],
    ),
    "put: passes its own tombstone": (
        "put",
        (NOTHING_NEWER_IS_KNOWN, NOTHING_NEWER_IS_KNOWN.replace(">=", ">")),
        [
            puts.test_a_put_at_its_version_passes_the_tombstone_of_that_version,
            puts.test_a_put_at_the_version_of_a_stored_value_replaces_it,
        ],
    ),
    "put: compares text": ("put", numbers_for_text(NOTHING_NEWER_IS_KNOWN), [large_versions_put]),
    "put: takes the lease": ("put", TAKES_THE_LEASE, [leases_taken_by_a_put]),
    "put: stores nothing on nothing": (
        "put",
        ("if header == '' then", "if false then"),
        [
            puts.test_a_put_where_nothing_is_stored_stores_nothing_and_has_the_lease,
            puts.test_whoever_puts_there_later_has_the_lease,
        ],
    ),
    "put: has the lease": (
        "put",
        ("redis.call('SET', KEYS[n + i], ARGV[1], 'PX', ARGV[2])", ""),
        [
            puts.test_a_put_where_nothing_is_stored_stores_nothing_and_has_the_lease,
            puts.test_the_lease_of_whoever_loads_there_goes_to_the_put,
        ],
    ),
    "put: has the lease for a while": (
        "put",
        ("ARGV[1], 'PX', ARGV[2])", "ARGV[1])"),
        [puts.test_that_lease_runs_out],
    ),
    "put: doubts absence": (
        "put",
        PUT_DOUBTS_ABSENCE,
        [puts.test_a_put_says_that_an_absent_row_of_a_higher_version_may_be_there_and_leaves_its_floor],
    ),
    "put: clears what is not ours": (
        "put",
        WRITTEN_BY_US,
        [puts.test_what_was_not_written_by_us_counts_as_nothing_and_goes],
    ),
    "release: its holder alone": ("release", OWN_LEASE_ONLY, [leases.test_a_lease_is_released_only_by_its_holder]),
}
CASES = [
    pytest.param(script, fix, promise, id=f"{name} ({promise.__name__})")
    for name, (script, fix, broken) in CONTROLS.items()
    for promise in broken
]
PROMISES = dict.fromkeys(promise for _, _, broken in CONTROLS.values() for promise in broken)


def without(script: str, fix: Fix) -> Callable[[str], str]:
    old, new = fix
    assert old in script_text(script), f"{script}.lua no longer has {old!r}: the control would prove nothing"
    return lambda name: script_text(name).replace(old, new) if name == script else script_text(name)


@pytest.mark.parametrize(("script", "fix", "promise"), CASES)
def test_a_promise_is_broken_without_its_fix(
    larder_with: Callable[[Callable[[str], str]], Larder], script: str, fix: Fix, promise: Promise
) -> None:
    larder = larder_with(without(script, fix))

    with pytest.raises(AssertionError):
        promise(larder)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_the_same_promise_is_kept_with_the_fix(
    larder_with: Callable[[Callable[[str], str]], Larder], promise: Promise
) -> None:
    promise(larder_with(script_text))
