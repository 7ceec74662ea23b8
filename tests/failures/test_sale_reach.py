"""A sale reaches every shopper within a second: 16 clients in 4 processes read all prices all the time meanwhile."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import Connection

from shop.embedded.lifeline import Lifeline
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.sale_stage import CLOCK, ON_SALE, REGULAR, Reach, stage

FULL = os.environ.get("FULL") == "1"
PRODUCTS = 10_000 if FULL else 2_000
BOUND_MS = 1_000
HANDFUL = 20 if FULL else 5
# For how long shoppers go on reading after a change: longer than anything may be shown by a tier.
WATCHED_S = 6.0 if FULL else 3.0


def said(capsys: pytest.CaptureFixture[str], what: str, reach: Reach) -> None:
    with capsys.disabled():
        print(f"\n{what}: p99 {reach.p99_ms} ms, longest {reach.longest_ms} ms {reach.statuses}")  # noqa: T201  figures


@pytest.mark.kafka
@pytest.mark.timeout(300)
def test_a_sale_is_seen_everywhere_within_a_second_and_no_price_goes_back(
    transactional_db: None,
    private_valkey: Callable[..., EmbeddedValkey],
    tmp_path: Path,
    lifeline: Lifeline,
    capsys: pytest.CaptureFixture[str],
) -> None:
    valkey = private_valkey()
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    with stage(
        products=PRODUCTS, redis_url=valkey.url, servers=servers, directory=tmp_path / "stage", lifeline=lifeline
    ) as shop:
        shop.watch(1)
        shop.reach(old=ON_SALE, committed_ms=0)

        started = shop.turn("on")
        shop.watch(WATCHED_S)
        begin = shop.reach(old=REGULAR, committed_ms=started)
        ended = shop.turn("ended")
        shop.watch(WATCHED_S)
        end = shop.reach(old=ON_SALE, committed_ms=ended)

        said(capsys, f"{PRODUCTS} prices, start", begin)
        said(capsys, f"{PRODUCTS} prices, end", end)
        for reach in (begin, end):
            assert reach.p99_ms < BOUND_MS
            assert reach.wrong == {}
            assert reach.statuses.get("local", 0) > 0
        assert shop.stale() == []


@pytest.mark.timeout(120)
def test_a_price_written_by_hand_reaches_every_process_within_a_second(
    transactional_db: None, private_valkey: Callable[..., EmbeddedValkey], tmp_path: Path, lifeline: Lifeline
) -> None:
    """As psql does it: a connection of its own, one statement, nobody announces anything."""
    valkey = private_valkey()
    with stage(
        products=100,
        redis_url=valkey.url,
        servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        directory=tmp_path / "stage",
        lifeline=lifeline,
    ) as shop:
        product_id = shop.product_ids[0]
        for cents in range(HANDFUL):
            with Connection.connect(shop.environment["DATABASE_URL"], autocommit=True) as psql:
                psql.execute("UPDATE catalog_price SET amount = %s WHERE product_id = %s", [cents / 100, product_id])
            written = CLOCK.now()

            assert shop.until_right(since=written, within=BOUND_MS / 1000) < BOUND_MS / 1000


@pytest.mark.timeout(300)
def test_control_by_ttl_alone_old_prices_stay(
    transactional_db: None,
    private_valkey: Callable[..., EmbeddedValkey],
    tmp_path: Path,
    lifeline: Lifeline,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody relays: the price's TTL is five minutes, and every old price is still shown when the watch ends."""
    valkey = private_valkey()
    with stage(
        products=500,
        redis_url=valkey.url,
        servers="127.0.0.1:1",
        directory=tmp_path / "stage",
        lifeline=lifeline,
        publishing=False,
    ) as shop:
        started = shop.turn("on")
        shop.watch(WATCHED_S)
        reach = shop.reach(old=REGULAR, committed_ms=started)

        said(capsys, "control, by TTL alone", reach)
        assert reach.p99_ms > BOUND_MS
        assert len(shop.stale()) >= 500
