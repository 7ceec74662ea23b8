"""The change log behind the counter: in which state a change is, and lists that an index bounds."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.events.backlog import claim, finish
from shop.events.models import Change
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql
from tests.integration.change_traces import logged

LOG = "/admin/events/change/"
FINISHED = 20_000

_LOG = """
    INSERT INTO events_change
        (transaction, entity, operation, ids, versions, retired_database, written_at, due_at, published, applied_at)
    SELECT n, 'price', 'changed', '{7}', '{1042}', '', now() - n * interval '1 ms', now(), 1,
           CASE WHEN n %% 400 <> 0 THEN now() - n * interval '1 ms' END
    FROM generate_series(1, %s) AS n
"""


def rows(staff: Client, **asked: str) -> list[Any]:
    page = staff.get(LOG, asked)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def state(staff: Client, change: Change) -> str:
    page = staff.get(LOG)
    admin = page.context["cl"].model_admin
    (found,) = (row for row in page.context["cl"].result_list if row.pk == change.pk)
    return str(admin.state(found))


def test_a_change_is_due_then_on_its_way_then_finished(staff: Client, goods: Goods) -> None:
    change = logged()
    states = [state(staff, change)]

    claim(most=10)
    states.append(state(staff, change))
    finish([change.pk])
    states.append(state(staff, change))

    assert states == ["due", "on its way", "finished"]


def test_what_nobody_finishes_is_due_again(staff: Client, goods: Goods) -> None:
    assert state(staff, logged(published=4, due_in_s=-1)) == "due"


def test_age_and_tries_are_shown(staff: Client, goods: Goods) -> None:
    logged(age_s=600, published=4, due_in_s=10)

    page = staff.get(LOG).content.decode()

    assert "10 min" in page
    assert "on its way" in page


def test_the_list_can_be_narrowed_to_what_is_unfinished_and_begins_with_what_is_due_first(
    staff: Client, goods: Goods
) -> None:
    change = logged(due_in_s=10)
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " SELECT transaction, entity, operation, ids, versions, retired_database, written_at FROM events_change"
        " WHERE id = %s",
        change.pk,
    )

    assert [row.pk for row in rows(staff, state="unfinished")] == [change.pk + 1, change.pk]
    assert all(row.applied_at is not None for row in rows(staff, state="finished"))
    assert staff.get(LOG, {"state": "lost"}).status_code in (302, 400)


@pytest.mark.parametrize("asked", [{}, {"state": "unfinished"}, {"state": "finished"}])
def test_a_page_of_the_log_is_read_by_index_however_long_it_is(
    staff: Client, goods: Goods, asked: dict[str, str]
) -> None:
    run_sql(_LOG, FINISHED)
    run_sql("ANALYZE events_change")

    with CaptureQueriesContext(connection) as queries:
        assert len(rows(staff, **asked)) == 50

    (page,) = (query["sql"] for query in queries if "LIMIT 50" in query["sql"])
    plan = "\n".join(line for (line,) in run_sql(f"EXPLAIN {page}"))
    assert "Index Scan" in plan
    assert not re.search(r"(?<!Incremental )Sort  \(", plan)
    assert "Seq Scan" not in plan
