"""The shop with its rate limits on, which the other tests do without."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from shop.visitors.rate_limits.figures import Figures
from shop.visitors.rate_limits.policies import POLICIES, RateLimit
from shop.visitors.rate_limits.registry import RATE_LIMITS
from shop.wiring import make_rate_limiter


@pytest.fixture
def limits_on(own_caches: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Windows and figures that no other test shares. For clients that have asked nothing before."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(RATE_LIMITS, "figures", Figures())
    RATE_LIMITS.wire(make_rate_limiter)
    yield
    RATE_LIMITS.wire(make_rate_limiter)


@pytest.fixture
def lowered(limits_on: None) -> Iterator[Callable[[RateLimit, int], None]]:
    """`lowered(WRITES, 3)`: the limit of this name is 3, until the test ends."""
    before = [(policy, policy.limit) for policy in POLICIES]
    yield _set_limit
    for policy, limit in before:
        _set_limit(policy, limit)


def _set_limit(policy: RateLimit, limit: int) -> None:
    object.__setattr__(policy, "limit", limit)
