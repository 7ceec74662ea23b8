"""A rate limit that makes no sense is refused when it is written down."""

from typing import Any

import pytest

from shop.visitors.rate_limits.policies import (
    CHECKOUT,
    LOGIN,
    POLICIES,
    SIGN_UP,
    WRITES,
    BadRateLimitError,
    Beyond,
    RateLimit,
    Whom,
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "Writes"},
        {"name": "two words"},
        {"name": 'a";q=9'},
        {"limit": 0},
        {"limit": -1},
        {"limit": 1_000_000},
        {"window": 0},
        {"window": 90_000},
        {"share": 0.0},
        {"share": -0.1},
        {"share": 1.1},
        {"share": float("nan")},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRateLimitError):
        RateLimit(**{"name": "writes", "limit": 100, **wrong})


@pytest.mark.parametrize(("limit", "share", "expected"), [(100, 0.25, 25), (10, 0.25, 2), (3, 0.25, 1), (1, 0.1, 1)])
def test_a_process_allows_its_share_and_one_call_at_least(limit: int, share: float, expected: int) -> None:
    assert RateLimit(name="writes", limit=limit, share=share).local_limit == expected


def test_no_two_limits_have_one_name() -> None:
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)


def test_doors_close_and_count_by_address_and_the_rest_stays_open() -> None:
    doors = {LOGIN, SIGN_UP}

    assert {policy for policy in POLICIES if policy.beyond is Beyond.CLOSED} == doors
    assert {policy.whom for policy in doors} == {Whom.ADDRESS}
    assert (WRITES.limit, WRITES.window, CHECKOUT.beyond) == (100, 60, Beyond.OPEN)
