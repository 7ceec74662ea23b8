"""/health/ready looks at the change log: what has waited for long makes the shop degraded, never unready."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.backstage.health import LONGEST_WAIT_S
from tests.goods import Goods
from tests.integration.change_traces import logged


def test_changes_that_have_just_been_made_are_nothing_to_speak_of(visitor: Client, goods: Goods) -> None:
    logged(age_s=LONGEST_WAIT_S / 5)

    answer = visitor.get("/health/ready").json()

    assert answer["status"] == "ready"
    assert answer["checks"]["changes"] == {"ok": True, "detail": "1 unfinished"}


def test_a_change_that_has_waited_for_long_makes_the_shop_degraded_and_still_ready(
    visitor: Client, goods: Goods
) -> None:
    logged(age_s=LONGEST_WAIT_S + 1)

    response = visitor.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    check = response.json()["checks"]["changes"]
    assert not check["ok"]
    assert "1 unfinished" in check["detail"]


def test_a_change_that_was_made_due_again_and_again_has_waited_since_it_was_written(
    visitor: Client, goods: Goods
) -> None:
    logged(age_s=60, published=7, due_in_s=15)

    assert visitor.get("/health/ready").json()["status"] == "degraded"


def test_the_check_costs_one_statement(visitor: Client, goods: Goods) -> None:
    visitor.get("/health/ready")

    with CaptureQueriesContext(connection) as queries:
        visitor.get("/health/ready")

    assert len([query for query in queries if "events_change" in query["sql"]]) == 1
