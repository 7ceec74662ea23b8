"""Where a request came from: what can be forged, and what can't."""

import pytest

from shop.visitors.rate_limits.address import UNKNOWN, visitors_network

PROXY = "10.0.0.1"


def seen(forwarded: str | None, *, proxies: int, peer: str = PROXY) -> str:
    meta = {"REMOTE_ADDR": peer} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    return visitors_network(meta=meta, trusted_proxies=proxies)


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.7", "203.0.113.7, 198.51.100.9"])
def test_without_a_proxy_of_ours_the_header_is_not_believed(forwarded: str | None) -> None:
    assert seen(forwarded, proxies=0, peer="198.51.100.1") == "ip4-198.51.100.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", 1, "203.0.113.7"),
        ("1.1.1.1,2.2.2.2,203.0.113.7", 1, "203.0.113.7"),
        ("203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("6.6.6.6" + ", 6.6.6.6" * 5000 + ", 203.0.113.7", 1, "203.0.113.7"),
    ],
)
def test_behind_our_proxies_the_last_that_is_none_of_them_counts(forwarded: str, proxies: int, expected: str) -> None:
    assert seen(forwarded, proxies=proxies) == f"ip4-{expected}"


@pytest.mark.parametrize(
    ("forwarded", "proxies"),
    [
        (None, 1),
        ("", 1),
        ("203.0.113.7", 2),
        ("unknown", 1),
        ("1.1.1.1, ", 1),
        ("203.0.113.7:4711", 1),
        ("203.0.113.7\x00", 1),
        ("x" * 100_000, 1),
    ],
)
def test_what_no_proxy_of_ours_has_written_counts_for_the_connection(forwarded: str | None, proxies: int) -> None:
    assert seen(forwarded, proxies=proxies) == f"ip4-{PROXY}"


def test_addresses_of_one_ipv6_network_are_one_and_its_neighbours_are_others() -> None:
    one, other = "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"

    assert seen(None, proxies=0, peer=one) == seen(None, proxies=0, peer=other) == "ip6-20010db800010002"
    assert seen(None, proxies=0, peer="2001:db8:1:3::1") != seen(None, proxies=0, peer=one)


@pytest.mark.parametrize("peer", ["::ffff:203.0.113.7", "::FFFF:203.0.113.7", "203.0.113.7"])
def test_one_machine_is_one_however_its_address_is_spelled(peer: str) -> None:
    assert seen(None, proxies=0, peer=peer) == "ip4-203.0.113.7"


@pytest.mark.parametrize("peer", ["", "unix:", "localhost", "x" * 10_000])
def test_where_the_connection_tells_nothing_all_are_one(peer: str) -> None:
    assert seen(None, proxies=0, peer=peer) == UNKNOWN
