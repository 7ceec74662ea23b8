"""Which limit an address has.

Reads of pages have none: people click no faster than the shop answers, and an edge cache stands before it. What
watches the shop, /health/ and /metrics, is never refused. An address that does not exist costs nothing to refuse.

Invariants: whatever changes something has a limit; an address that is named here exists; a read that counts is named
here. Proved by tests/integration/test_rate_limit_routes.py and test_reads_that_write.py.
"""

from collections.abc import Mapping
from typing import Final

from shop.visitors.rate_limits.policies import ADMIN, CATALOG, CHECKOUT, LOGIN, SIGN_UP, VIEWS, WRITES, RateLimit

READING: Final = ("GET", "HEAD")
WRITING: Final = ("POST", "PUT", "PATCH", "DELETE")
NEVER: Final = ("health/", "metrics")
# As Django's resolver spells them.
OF_THEIR_OWN: Final[Mapping[str, RateLimit]] = {
    "account/login/": LOGIN,
    "admin/login/": LOGIN,
    "account/signup/": SIGN_UP,
    "checkout/": CHECKOUT,
    "api/checkout": CHECKOUT,
    "api/products/<int:product_id>/views": VIEWS,
}
# A picture that counts a view when it is read.
COUNTING_READS: Final[Mapping[str, RateLimit]] = {"p/<int:product_id>/seen.svg": VIEWS}


def rate_limit_of(*, method: str, route: str) -> RateLimit | None:
    """The limit of a method on an address; None where there is none."""
    if route.startswith(NEVER):
        return None
    if method in READING:
        return COUNTING_READS.get(route, CATALOG if route.startswith("api/") else None)
    if method in WRITING:
        return OF_THEIR_OWN.get(route, ADMIN if route.startswith("admin/") else WRITES)
    return None
