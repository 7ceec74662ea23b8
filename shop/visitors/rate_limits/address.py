"""Where a request came from, as far as it can be believed.

The connection's other end can't be forged; X-Forwarded-For can: anybody may send one. Each proxy writes behind it whom
it was asked by. So of the addresses in it the last is the one that the last proxy saw, and what stands before those of
our own proxies is what somebody claims. TRUSTED_PROXIES says how many are ours:

    0    the connection's other end; the header is not read
    1    the last address of the header: the shop's one proxy was asked by it
    2    the last but one: the shop's first proxy was asked by it, and the second by the first

A request with fewer addresses than that has not come through all proxies: it counts for the connection's other end.
The proxies must drop X_Forwarded_For, as nginx does: in WSGI that is the same header, and it may win.

Proved by tests/unit/test_visitor_address.py, and on the real web server by tests/integration/test_rate_limit_server.py.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final

# Longer than any address; what is longer is not even looked at.
LONGEST_ADDRESS: Final = 64
# An IPv6 network of a home or a machine: whoever has one address of it has them all.
NETWORK_BITS: Final = 64
UNKNOWN: Final = "ip-unknown"


Address = IPv4Address | IPv6Address


def visitors_address(*, meta: Mapping[str, Any], trusted_proxies: int) -> Address | None:
    """As far as it can be believed; None where not even the connection tells. `meta` is the request's, as WSGI has
    it."""
    found = None
    if trusted_proxies:
        claimed = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", trusted_proxies)
        # Where something is left over before the first that is ours, it stands in front.
        ours = claimed[-trusted_proxies:]
        if len(ours) == trusted_proxies:
            found = _address(ours[0].strip()[: LONGEST_ADDRESS + 1])
    return found or _address(str(meta.get("REMOTE_ADDR", "")))


def visitors_network(*, meta: Mapping[str, Any], trusted_proxies: int) -> str:
    """`ip4-203.0.113.7`, `ip6-20010db800010002` for a /64, or `ip-unknown` where not even the connection tells, as on a
    Unix socket. `meta` is the request's, as WSGI has it."""
    address = visitors_address(meta=meta, trusted_proxies=trusted_proxies)
    if address is None:
        return UNKNOWN
    return f"ip4-{address}" if isinstance(address, IPv4Address) else f"ip6-{int(address) >> NETWORK_BITS:016x}"


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text) if len(text) <= LONGEST_ADDRESS else None
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
