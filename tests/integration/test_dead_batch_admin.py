"""Dead batches behind the counter: why they died, what is in them, and that a replay counts once."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client

from analytics.models import DeadBatch, FlushedBatch, ProductViews
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.test_views_admin import DEAD, clerk_with, text_of

REPLAY = f"{DEAD}replay/"
DAY = 739922


def buried(name: str, counts: dict[str, int], *, reason: str = "DataError: bigint out of range") -> DeadBatch:
    return DeadBatch.objects.create(batch=name, counts=counts, reason=reason, tries=8)


def told(response: Any) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def views_of(product_id: int) -> int:
    return ProductViews.objects.get(product_id=product_id).total


@pytest.fixture
def dead(goods: Goods) -> DeadBatch:
    return buried("dead", {f"{goods.id}:{DAY}": 5, f"{goods.ids[1]}:{DAY}": 2})


def test_the_list_and_the_page_say_why_it_died_and_what_is_in_it(staff: Client, dead: DeadBatch, goods: Goods) -> None:
    page = staff.get(f"{DEAD}dead/change/")

    assert "7 views, 2 counters" in text_of(staff.get(DEAD))
    text = text_of(page)
    assert "DataError: bigint out of range" in text
    assert re.search(rf"Plum jam 0 \({goods.id}\) 2026-11-02 5 Plum jam 1 \({goods.ids[1]}\) 2026-11-02 2", text)
    assert f"/admin/catalog/product/{goods.id}/change/" in page.content.decode()


def test_a_batch_of_nonsense_can_be_looked_at(staff: Client, goods: Goods) -> None:
    buried("odd", {"<b>": 3, f"{goods.id}:0": 2, f"{10**30}:{DAY}": 1, "7:99999999999": 4}, reason="RefusedError: <i>")

    text = text_of(staff.get(f"{DEAD}odd/change/"))

    assert "&lt;b&gt; no counter 3" in text
    assert "RefusedError: &lt;i&gt;" in text
    assert "10 views, 4 counters" in text_of(staff.get(DEAD))


def test_only_the_largest_counters_of_a_full_batch_are_shown(staff: Client, goods: Goods) -> None:
    buried("full", {f"{number}:{DAY}": number for number in range(1, 10_001)})

    page = staff.get(f"{DEAD}full/change/")

    assert [one.views for one in page.context["contents"]] == list(range(10_000, 9_950, -1))
    assert "the largest 50 of 10,000 counters" in text_of(page)
    assert "50,005,000 views, 10,000 counters" in text_of(staff.get(DEAD))


def test_those_that_wait_and_those_that_were_replayed_are_found(staff: Client, dead: DeadBatch) -> None:
    buried("other", {"7:739922": 1})
    staff.post(f"{REPLAY}?batch=other")

    def named(state: str) -> list[str]:
        return [row.batch for row in staff.get(DEAD, {"state": state}).context["cl"].result_list]

    assert (named("waiting"), named("replayed")) == (["dead"], ["other"])


def test_the_button_asks_first_and_the_answer_says_how_many_views_were_counted(
    staff: Client, dead: DeadBatch, goods: Goods
) -> None:
    button = staff.get(f"{DEAD}dead/to-replay/")
    assert button.headers["Location"] == f"{REPLAY}?batch=dead"
    assert "Count this batch now?" in text_of(staff.get(button.headers["Location"]))
    assert not FlushedBatch.objects.exists(), "to look at the question is not to answer it"

    answer = staff.post(f"{REPLAY}?batch=dead")

    assert answer.headers["Location"] == f"{DEAD}dead/change/"
    assert told(answer) == [("success", "dead: 7 views are counted now.")]
    assert (views_of(goods.id), views_of(goods.ids[1])) == (5, 2)
    dead.refresh_from_db()
    assert dead.replayed_by is not None
    assert dead.replayed_by.username == "keeper"
    assert LogEntry.objects.get(object_id="dead").change_message == "Replayed: 7 views counted."
    assert "/to-replay" not in staff.get(f"{DEAD}dead/change/").content.decode()


def test_a_batch_that_is_replayed_again_is_counted_once(staff: Client, dead: DeadBatch, goods: Goods) -> None:
    staff.post(f"{REPLAY}?batch=dead&batch=dead")

    again = staff.post(f"{REPLAY}?batch=dead")

    assert told(again)[-1] == ("warning", "dead had been counted before: nothing was counted again.")
    assert views_of(goods.id) == 5
    assert LogEntry.objects.filter(object_id="dead").count() == 1


def test_four_who_replay_it_at_once_count_it_once(staff: Client, dead: DeadBatch, goods: Goods) -> None:
    keepers = [Client() for _ in range(4)]
    for keeper in keepers:
        keeper.cookies = staff.cookies

    together(*(partial(keeper.post, f"{REPLAY}?batch=dead") for keeper in keepers))

    assert views_of(goods.id) == 5
    assert LogEntry.objects.filter(object_id="dead").count() == 1


def test_what_is_refused_again_stays_as_it_was_and_says_why(staff: Client, dead: DeadBatch, goods: Goods) -> None:
    ProductViews.objects.create(product_id=goods.id, total=2**63 - 1)

    answer = staff.post(f"{REPLAY}?batch=dead")

    ((level, text),) = told(answer)
    assert level == "error"
    assert text.startswith("dead was refused again, and stays as it was: DataError: ")
    assert DeadBatch.objects.get().replayed_at is None
    assert not ProductViews.objects.filter(product_id=goods.ids[1]).exists()


def test_several_are_chosen_in_the_list_and_told_one_by_one(staff: Client, dead: DeadBatch, goods: Goods) -> None:
    buried("odd", {"nonsense": 1})
    chosen = staff.post(DEAD, {"action": "replay_chosen", "_selected_action": ["dead", "odd"]})

    answer = staff.post(chosen.headers["Location"])

    assert [level for level, _ in told(answer)] == ["success", "error"]
    assert views_of(goods.id) == 5


def test_a_batch_that_is_not_there_is_said_not_to_be(staff: Client, goods: Goods) -> None:
    address = f"{REPLAY}?batch={'x' * 300}&batch="

    assert "There is no such batch" in text_of(staff.get(address))
    assert [text for _, text in told(staff.post(address))] == ["There is no such batch."] * 2


def test_one_that_somebody_else_holds_is_left_alone(staff: Client, dead: DeadBatch, held: None) -> None:
    answer = staff.post(f"{REPLAY}?batch=dead")

    assert "Somebody else is changing these rows" in told(answer)[0][1]
    assert DeadBatch.objects.get().replayed_at is None


@pytest.fixture
def held(dead: DeadBatch) -> Iterator[None]:
    """Another connection has locked the batch."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT FROM analytics_deadbatch FOR UPDATE")
            yield
    finally:
        other.close()


def test_who_may_only_look_cannot_replay(dead: DeadBatch) -> None:
    clerk = clerk_with("view_deadbatch")

    assert "to-replay" not in clerk.get(f"{DEAD}dead/change/").content.decode()
    assert clerk.get(f"{REPLAY}?batch=dead").status_code == 403
    assert clerk.post(f"{REPLAY}?batch=dead").status_code == 403
    clerk.post(DEAD, {"action": "replay_chosen", "_selected_action": ["dead"]})
    assert not FlushedBatch.objects.exists()


def test_a_foreign_page_cannot_replay(staff: Client, dead: DeadBatch) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.cookies

    assert strict.post(f"{REPLAY}?batch=dead").status_code == 403
    assert not FlushedBatch.objects.exists()
