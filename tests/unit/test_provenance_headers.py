"""Cache-Status (RFC 9211) and Server-Timing, as they stand on an answer."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from shop.caching import provenance
from shop.caching.django_middleware import ProvenanceMiddleware
from shop.caching.results import CacheEvent, Status

# RFC 8941: a list of tokens with parameters, whose values are tokens, integers, strings or nothing (true).
TOKEN = r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*"
STRING = r'"[ !#-\[\]-~]*"'
PARAMETER = rf"; [a-z*][a-z0-9_.*-]*(=({TOKEN}|-?[0-9]{{1,15}}|{STRING}))?"
MEMBER = rf"{TOKEN}({PARAMETER})*"
CACHE_STATUS = re.compile(rf"{MEMBER}(, {MEMBER})*")
SERVER_TIMING = re.compile(rf"{TOKEN};dur=[0-9]+\.[0-9]{{2}}(, {TOKEN};dur=[0-9]+\.[0-9]{{2}})*")


def answer(*events: CacheEvent) -> HttpResponse:
    """What a view answers that made these reads."""

    def view(request: HttpRequest) -> HttpResponse:
        for event in events:
            provenance.collect(event)
        return HttpResponse("a page")

    response = ProvenanceMiddleware(view)(RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    return response


def read(
    status: Status,
    entry_id: int = 7,
    *,
    cache: str = "price",
    latency_ms: float = 0.25,
    ttl_ms: float | None = None,
    collapsed: bool = False,
    detail: str = "",
) -> CacheEvent:
    return CacheEvent(cache, entry_id, status, latency_ms, None, ttl_ms, collapsed, detail)


def test_an_answer_that_read_no_cache_says_nothing() -> None:
    response = answer()

    assert "Cache-Status" not in response
    assert "Server-Timing" not in response


@pytest.mark.parametrize(
    ("event", "header"),
    [
        (read(Status.HIT, ttl_ms=299_999.0), 'price; hit; ttl=299; key="7"; detail="hit"'),
        (read(Status.NEGATIVE, ttl_ms=5_000.0), 'price; hit; ttl=5; key="7"; detail="negative"'),
        (read(Status.LOCAL, ttl_ms=299_999.0), 'price; hit; ttl=299; key="7"; detail="local"'),
        (read(Status.LOCAL, ttl_ms=5_000.0, detail="negative"), 'price; hit; ttl=5; key="7"; detail="local: negative"'),
        (read(Status.STALE, ttl_ms=-5_000.0), 'price; hit; ttl=-5; key="7"; detail="stale"'),
        (read(Status.MISS), 'price; fwd=miss; key="7"; detail="miss"'),
        (read(Status.MISS, collapsed=True), 'price; fwd=miss; collapsed; key="7"; detail="miss"'),
        (read(Status.MISS, detail="lease lost"), 'price; fwd=miss; key="7"; detail="miss: lease lost"'),
        (read(Status.ERROR), 'price; fwd=miss; key="7"; detail="error"'),
        (read(Status.SKIPPED), 'price; fwd=bypass; key="7"; detail="skipped"'),
        (read(Status.BYPASSED, detail="transaction"), 'price; fwd=bypass; key="7"; detail="bypassed: transaction"'),
        (read(Status.BYPASSED, detail="bypass"), 'price; fwd=bypass; key="7"; detail="bypassed: bypass"'),
        (read(Status.PUT), 'price; fwd=method; stored; key="7"; detail="put"'),
        (read(Status.PUT, detail="superseded"), 'price; fwd=method; key="7"; detail="put: superseded"'),
        (read(Status.UNPUT), 'price; fwd=method; key="7"; detail="unput"'),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_each_way_of_being_answered_has_its_own_words(event: CacheEvent, header: str) -> None:
    assert answer(event)["Cache-Status"] == header


def test_each_cache_is_one_member_in_the_order_of_reading() -> None:
    response = answer(
        read(Status.HIT, cache="product", ttl_ms=1000.0),
        read(Status.MISS, cache="price", latency_ms=12.345),
    )

    assert response["Cache-Status"] == (
        'product; hit; ttl=1; key="7"; detail="hit", price; fwd=miss; key="7"; detail="miss"'
    )
    assert response["Server-Timing"] == "product;dur=0.25, price;dur=12.35"


def test_several_reads_of_one_cache_are_summed_up_by_the_least_good() -> None:
    response = answer(
        read(Status.HIT, 1, ttl_ms=9_000.0, latency_ms=0.5),
        read(Status.MISS, 2, latency_ms=8.0, collapsed=True),
        read(Status.HIT, 3, ttl_ms=5_000.0, latency_ms=0.5),
    )

    assert response["Cache-Status"] == 'price; fwd=miss; collapsed; detail="miss=1 hit=2"'
    assert response["Server-Timing"] == "price;dur=8.00"


@pytest.mark.parametrize(
    ("statuses", "header"),
    [
        ((Status.HIT, Status.PUT, Status.HIT), 'price; fwd=method; stored; detail="put=1 hit=2"'),
        ((Status.PUT, Status.UNPUT), 'price; fwd=method; detail="unput=1 put=1"'),
        ((Status.PUT, Status.MISS), 'price; fwd=miss; detail="miss=1 put=1"'),
    ],
)
def test_a_write_among_reads_speaks_where_it_went_less_well(statuses: tuple[Status, ...], header: str) -> None:
    assert answer(*(read(status, entry_id) for entry_id, status in enumerate(statuses)))["Cache-Status"] == header


def test_several_hits_are_as_fresh_as_the_first_to_run_out() -> None:
    response = answer(read(Status.HIT, 1, ttl_ms=9_000.0), read(Status.HIT, 2, ttl_ms=5_000.0))

    assert response["Cache-Status"] == 'price; hit; ttl=5; detail="hit=2"'


def test_a_hit_in_redis_speaks_for_those_in_copies_of_the_process() -> None:
    response = answer(read(Status.LOCAL, 1, ttl_ms=5_000.0), read(Status.HIT, 2, ttl_ms=9_000.0))

    assert response["Cache-Status"] == 'price; hit; ttl=5; detail="hit=1 local=1"'


@pytest.mark.parametrize("cache", ["session", "cart"])
def test_the_key_of_a_session_or_a_cart_is_never_shown(cache: str) -> None:
    assert answer(read(Status.HIT, 123456, cache=cache, ttl_ms=1000.0))["Cache-Status"] == (
        f'{cache}; hit; ttl=1; detail="hit"'
    )


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("many", [1, 3])
def test_the_headers_keep_to_the_syntax_of_their_standards(status: Status, many: int) -> None:
    events = [
        read(status, entry_id, cache=cache, ttl_ms=-0.5 * entry_id, collapsed=True, detail="below floor")
        for cache in ("category_tree", "price")
        for entry_id in range(many)
    ]

    response = answer(*events)

    assert CACHE_STATUS.fullmatch(response["Cache-Status"])
    assert SERVER_TIMING.fullmatch(response["Server-Timing"])


def test_one_request_says_nothing_of_another() -> None:
    answer(read(Status.HIT))

    assert "Cache-Status" not in answer()


def test_a_view_that_raises_leaves_no_scope_behind() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise LookupError

    with pytest.raises(LookupError):
        ProvenanceMiddleware(view)(RequestFactory().get("/"))

    assert provenance.current() is None
