"""Every address that changes something has a limit, and the limits name only addresses that exist."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from shop.visitors.rate_limits.policies import ADMIN, CATALOG, CHECKOUT, LOGIN, VIEWS, WRITES, RateLimit
from shop.visitors.rate_limits.routes import COUNTING_READS, NEVER, OF_THEIR_OWN, WRITING, rate_limit_of


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address of the shop, as the resolver spells it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def test_an_address_that_has_a_limit_of_its_own_exists() -> None:
    assert {*OF_THEIR_OWN, *COUNTING_READS} <= set(routes())


@pytest.mark.parametrize("method", WRITING)
def test_whatever_changes_something_has_a_limit(method: str) -> None:
    without = {route for route in routes() if rate_limit_of(method=method, route=route) is None}

    assert without == {route for route in routes() if route.startswith(NEVER)}


@pytest.mark.parametrize(
    ("method", "route", "policy"),
    [
        ("POST", "api/products/<int:product_id>/views", VIEWS),
        ("POST", "api/products/<int:product_id>/reviews", WRITES),
        ("PUT", "api/cart/items/<int:product_id>", WRITES),
        ("DELETE", "api/cart/items/<int:product_id>", WRITES),
        ("POST", "api/checkout", CHECKOUT),
        ("POST", "admin/login/", LOGIN),
        ("POST", "admin/catalog/product/add/", ADMIN),
        ("GET", "api/products", CATALOG),
        ("HEAD", "api/products", CATALOG),
        ("GET", "p/<int:product_id>/seen.svg", VIEWS),
        ("POST", "p/<int:product_id>/seen.svg", WRITES),
        ("GET", "admin/login/", None),
        ("GET", "checkout/", None),
        ("OPTIONS", "api/products", None),
        ("POST", "health/live", None),
        ("GET", "metrics", None),
    ],
)
def test_limits_by_address(method: str, route: str, policy: RateLimit | None) -> None:
    assert rate_limit_of(method=method, route=route) is policy
