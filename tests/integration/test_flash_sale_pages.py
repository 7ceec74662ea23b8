"""The pages of flash sales: what visitors see before, during and after one, and what that costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.events.fast_path import announced_changes
from tests.goods import Goods
from tests.integration.flash_sales import make_sale, turn
from tests.scale.plans import plans_of, reads_whole


@pytest.fixture
def sale_id(goods: Goods) -> int:
    """Of all 30 jams, on."""
    sale = make_sale(goods.ids, percent_off="50", ends_at=timezone.now() + timedelta(hours=1))
    with announced_changes():
        turn(sale, "on")
    return sale


def page(visitor: Client, address: str) -> str:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sale_shows_its_goods_with_their_prices_and_when_it_ends(visitor: Client, sale_id: int) -> None:
    text = page(visitor, f"/sale/{sale_id}/")

    assert "Jam hour" in text
    assert "€2.25" in text
    assert "Flash \N{MINUS SIGN}50%" in text
    assert "It ends at <time datetime=" in text
    assert 'id="countdown"' in text
    assert 'aria-hidden="true" hidden' in text


def test_its_pages_show_each_product_once(visitor: Client, goods: Goods, sale_id: int) -> None:
    first = page(visitor, f"/sale/{sale_id}/")
    cursor = first.partition("?cursor=")[2].partition('"')[0]
    second = page(visitor, f"/sale/{sale_id}/?cursor={cursor}")

    shown = [number for number in goods.ids for text in (first, second) if f"-{number}/" in text]
    assert shown == list(goods.ids)
    assert "Next page" not in second


def test_a_page_of_a_sale_costs_two_statements_when_its_cards_are_cached(visitor: Client, sale_id: int) -> None:
    page(visitor, f"/sale/{sale_id}/")

    with CaptureQueriesContext(connection) as queries:
        page(visitor, f"/sale/{sale_id}/")

    assert len(queries.captured_queries) == 2


@pytest.mark.parametrize("address", ["/", "/sale/{}/", "/sale/{}/?cursor=99999999", "/api/flash-sales"])
def test_no_statement_about_sales_reads_a_table_whole(visitor: Client, sale_id: int, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(address.format(sale_id)).status_code == 200

    steps = list(plans_of([query["sql"] for query in queries.captured_queries]))
    assert steps
    assert {table for step in steps if (table := reads_whole(step))} == set()


def test_a_sale_that_has_ended_says_so_and_shows_no_price(visitor: Client, sale_id: int) -> None:
    with announced_changes():
        turn(sale_id, "ended")

    text = page(visitor, f"/sale/{sale_id}/")

    assert "This sale is over" in text
    assert "€" not in text.partition("<main")[2].partition("</main>")[0]
    assert "noindex" in text


def test_a_sale_that_comes_is_announced_within_a_week(visitor: Client, goods: Goods) -> None:
    soon = make_sale(goods.ids, starts_at=timezone.now() + timedelta(days=6))
    later = make_sale(goods.ids, starts_at=timezone.now() + timedelta(days=8))
    by_hand = make_sale(goods.ids)

    assert "It starts at" in page(visitor, f"/sale/{soon}/")
    assert [visitor.get(f"/sale/{one}/").status_code for one in (later, by_hand)] == [404, 404]


@pytest.mark.parametrize("number", ["0", "77", "99999999999999999999"])
def test_a_sale_that_is_not_there_is_not_found(visitor: Client, number: str) -> None:
    assert visitor.get(f"/sale/{number}/").status_code == 404


@pytest.mark.parametrize("cursor", ["x", "-1", "²", "9" * 40])
def test_a_cursor_that_no_page_gave_out_is_refused(visitor: Client, sale_id: int, cursor: str) -> None:
    assert visitor.get(f"/sale/{sale_id}/", {"cursor": cursor}).status_code == 400


def test_the_shop_window_leads_to_what_is_on(visitor: Client, sale_id: int) -> None:
    assert f'href="/sale/{sale_id}/"' in page(visitor, "/")

    with announced_changes():
        turn(sale_id, "ended")

    assert f'href="/sale/{sale_id}/"' not in page(visitor, "/")


def test_lists_and_products_show_the_sales_price_and_lead_to_it(visitor: Client, goods: Goods, sale_id: int) -> None:
    shelf = page(visitor, "/c/jams/?price_max=2.25&sort=price_asc")
    product = page(visitor, f"/p/plum-jam-0-{goods.id}/")

    assert "Flash \N{MINUS SIGN}50%" in shelf
    assert f'href="/sale/{sale_id}/"' in product
    assert '"price": "2.25"' in product
    assert '"priceValidUntil"' in product
