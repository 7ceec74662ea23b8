"""What customers bought as well: against counting pairs in plain Python; shown, cached, and compared without waste."""

import html
import io
from collections import Counter
from itertools import permutations
from math import sqrt
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis import Redis

from analytics import also_bought
from analytics.also_bought import COMPANIONS, recompute_also_bought
from analytics.models import AlsoBought, AlsoBoughtRun
from analytics.tasks import recompute_also_bought as task
from cart.models import Order
from tests.goods import Goods
from tests.integration.catalog_rows import logged, run_sql
from tests.integration.counted_commands import counted, own_redis
from tests.integration.orders import place
from tests.integration.views import look

__all__ = ["own_redis"]

BASKETS = st.lists(st.sets(st.integers(1, 12), min_size=1, max_size=5), max_size=20)
VIEWS = st.dictionaries(st.integers(1, 12), st.integers(1, 50))


@examples(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shops=st.lists(st.tuples(BASKETS, VIEWS), min_size=1, max_size=2), batch=st.sampled_from((1, 3, 200)))
@pytest.mark.django_db
def test_the_companions_are_those_that_plain_python_counts(
    db: None, shops: list[tuple[list[set[int]], dict[int, int]]], batch: int
) -> None:
    """Also when the orders of before are gone, whatever the size of the batches."""
    for baskets, views in shops:
        Order.objects.all().delete()
        run_sql("DELETE FROM analytics_productviews")
        run_sql("DELETE FROM analytics_dailyviews")
        place(*baskets)
        for product_id, count in views.items():
            look(product_id, count=count)
        with patch.object(also_bought, "PRODUCTS_PER_BATCH", batch):
            recompute_also_bought()

        assert dict(AlsoBought.objects.values_list("product_id", "product_ids")) == counted_by_hand(baskets, views)


def counted_by_hand(baskets: list[set[int]], views: dict[int, int]) -> dict[int, list[int]]:
    together = Counter(pair for basket in baskets for pair in permutations(basket, 2))
    found: dict[int, list[int]] = {}
    for one in {one for one, _ in together}:
        others = {
            other: count / sqrt(views.get(other, 1)) for (first, other), count in together.items() if first == one
        }
        found[one] = sorted(others, key=lambda other: (-others[other], other))[:COMPANIONS]
    return found


def test_a_run_over_unchanged_orders_touches_nothing_and_a_new_order_only_what_it_changes(db: None) -> None:
    place({1, 2}, {3, 4})
    assert recompute_also_bought().changed == 4

    with logged() as second:
        assert recompute_also_bought().changed == 0
    place({3, 5})
    with logged() as third:
        assert recompute_also_bought().changed == 2

    assert second.of("also_bought") == {}
    assert set(third.of("also_bought")) == {3, 5}


def test_a_run_that_was_stopped_goes_on_where_it_stood(db: None) -> None:
    place({1, 2}, {3, 4}, {5, 6})

    def stop(done: int, last: int) -> None:
        assert last == 6
        if done == 4:
            raise KeyboardInterrupt

    with patch.object(also_bought, "PRODUCTS_PER_BATCH", 2):
        with pytest.raises(KeyboardInterrupt):
            recompute_also_bought(progress=stop)
        assert AlsoBoughtRun.objects.get().finished_at is None
        told: list[int] = []
        compared = recompute_also_bought(progress=lambda done, last: told.append(done))

    assert told == [6, 6]
    assert compared.products == 6
    assert AlsoBoughtRun.objects.get().finished_at is not None
    assert AlsoBought.objects.count() == 6


def test_a_run_that_another_process_has_finished_meanwhile_stays_finished_and_counts_each_product_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    place({1, 2}, {3, 4}, {5, 6})
    compare = also_bought._compare
    others: list[also_bought.Compared] = []
    told: list[int] = []

    def overtaken(run: AlsoBoughtRun, ids: list[int]) -> int:
        changed = compare(run, ids)
        if not others:
            monkeypatch.setattr(also_bought, "_compare", compare)
            others.append(recompute_also_bought())
        return changed

    monkeypatch.setattr(also_bought, "PRODUCTS_PER_BATCH", 2)
    monkeypatch.setattr(also_bought, "_compare", overtaken)
    compared = recompute_also_bought(progress=lambda done, last: told.append(done))

    assert told == [6]
    assert [compared.products, *(other.products for other in others)] == [6, 6]
    assert AlsoBoughtRun.objects.get().finished_at is not None
    assert AlsoBought.objects.count() == 6


def test_what_customers_also_bought_is_shown_as_soon_as_it_is_known(visitor: Client, goods: Goods) -> None:
    one, other, withdrawn = goods.ids[:3]
    page = f"/p/plum-jam-0-{one}/"
    assert "Customers also bought" not in visitor.get(page).content.decode()
    assert visitor.get(f"/api/products/{one}").json()["also_bought"] == []
    run_sql("UPDATE catalog_product SET is_published = false WHERE id = %s", withdrawn)
    place({one, other, withdrawn}, {one, 10**9})

    task()

    text = html.unescape(visitor.get(page).content.decode())
    assert f"-{other}/" in text[text.index("Customers also bought") :]
    assert f"-{withdrawn}/" not in text[text.index("Customers also bought") :]
    assert [card["id"] for card in visitor.get(f"/api/products/{one}").json()["also_bought"]] == [other]


def test_it_rides_in_the_page_s_two_round_trips(visitor: Client, goods: Goods, own_redis: Redis) -> None:
    place({goods.id, goods.ids[20]}, {goods.id, goods.ids[25]})
    recompute_also_bought()
    page = f"/p/plum-jam-0-{goods.id}/"
    assert visitor.get(page).status_code == 200

    with counted(own_redis) as commands, CaptureQueriesContext(connection) as queries:
        answer = visitor.get(page)

    assert (len(queries), commands) == (0, {"mget": 2})
    assert "also_bought; hit" in answer["Cache-Status"]


def test_the_command_says_what_it_did_and_staff_see_how_far_it_is(staff: Client, goods: Goods) -> None:
    place({goods.ids[0], goods.ids[1]})
    output = io.StringIO()

    call_command("recompute_also_bought", stdout=output)
    AlsoBoughtRun.objects.create(done=50, last=200)

    assert output.getvalue() == "2 products compared, 2 have other companions.\n"
    runs = staff.get("/admin/analytics/alsoboughtrun/").content.decode()
    assert "100 %" in runs
    assert "25 %" in runs
    assert staff.get("/admin/analytics/alsobought/").status_code == 200
    assert staff.get("/admin/analytics/alsobought/add/").status_code == 403


def test_of_the_runs_the_last_thirty_are_kept(db: None) -> None:
    for _ in range(33):
        recompute_also_bought()

    assert AlsoBoughtRun.objects.count() == also_bought.RUNS_KEPT
