"""The shop's own tasks by its own worker and beat: what waits is done in time, and the shop sells without them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from time import monotonic

import pytest
from django.conf import settings

from catalog.models import Price
from catalog.queries import get_price
from inventory.operations import receive, reserve
from inventory.queries import get_stock
from shop.backstage.doctor import Verdict
from shop.backstage.doctor_queue import LONGEST_SILENCE_S, queue_findings
from shop.celery import SHORT
from shop.embedded.valkey import EmbeddedValkey
from tests.failures.queue_run import Queue
from tests.failures.web import NOWHERE, running_web, until
from tests.goods import Goods
from tests.integration.catalog_rows import run_sql

# What a task itself takes, and a busy machine.
SLACK_S = 5.0
APPLIED_S = 15.0
# A doctor who waited for an answer without end would be stopped by the limit.
TOLD_S = 40.0
DOCTOR_LIMIT_S = 90
PRODUCT = 1


@pytest.fixture
def shop_queue(queue: Queue) -> Queue:
    """The shop's own tasks and schedule."""
    return replace(queue, application="shop.celery")


def test_what_is_reserved_and_not_bought_is_on_offer_again_in_time(own_caches: None, shop_queue: Queue) -> None:
    receive(product_id=PRODUCT, quantity=10, reason="delivery")
    lasts = 5.0
    with shop_queue.worker(), shop_queue.beat():
        reserve(quantities={PRODUCT: 4}, lasts=timedelta(seconds=lasts))
        held = get_stock(product_id=PRODUCT).available
        bound = lasts + SHORT["inventory.tasks.expire_reservations"] + SLACK_S
        until(lambda: get_stock(product_id=PRODUCT).available == 10, within=bound)

    assert held == 6


@pytest.mark.parametrize("repairs", [True, False], ids=["a worker starts", "control: none starts"])
def test_a_worker_that_starts_applies_what_a_killed_process_left_in_the_log(
    goods: Goods, shop_queue: Queue, repairs: bool
) -> None:
    Price.objects.filter(pk=goods.id).update(regular_amount=Decimal("99.00"))
    before = get_price(product_id=goods.id)
    environment = os.environ | shop_queue.environment()
    writer = [sys.executable, "-m", "tests.failures.dying_writer", str(goods.id)]
    subprocess.run(writer, env=environment, check=False, timeout=60)

    with shop_queue.worker() if repairs else nullcontext():
        shown = partial(get_price, product_id=goods.id)
        if repairs:
            until(lambda: shown() != before, within=APPLIED_S)
        after = shown()

    assert after is not None
    assert Price.objects.get(pk=goods.id).amount == Decimal("20.00")
    assert (after.amount == Decimal("20.00")) is repairs


def ask_doctor(queue: Queue) -> dict[str, dict[str, str]]:
    """What `manage.py doctor`, a process of its own, finds: the findings by their check."""
    command = [sys.executable, "-W", "ignore", "manage.py", "doctor", "--json"]
    environment = os.environ | queue.environment()
    told = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=DOCTOR_LIMIT_S)
    findings = {finding["check"]: finding for finding in json.loads(told.stdout)}
    assert (told.returncode == 0) is all(finding["verdict"] != Verdict.WRONG for finding in findings.values())
    return findings


def silence(queue: Queue) -> float:
    """For how many seconds the worker has heard nothing from beat, as the doctor says."""
    return float(ask_doctor(queue)["beat"]["detail"].split()[-3])


@pytest.mark.django_db(transaction=True)
def test_the_doctor_finds_nothing_wrong_with_a_queue_that_runs_and_says_when_beat_was_heard(queue: Queue) -> None:
    with queue.worker():
        until(lambda: silence(queue) >= 3, within=4 * SLACK_S)
        with queue.beat(QUEUE_JOURNAL=str(queue.journal)):
            until(lambda: silence(queue) <= 1, within=4 * SLACK_S)
            findings = ask_doctor(queue)

    assert {findings[check]["verdict"] for check in ("queue", "worker", "beat")} == {Verdict.OK}


@pytest.mark.django_db(transaction=True)
def test_the_doctor_misses_a_worker(queue: Queue) -> None:
    findings = ask_doctor(queue)

    assert (findings["queue"]["verdict"], findings["worker"]["verdict"]) == (Verdict.OK, Verdict.WRONG)
    assert "celery -A shop.celery worker" in findings["worker"]["remedy"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [EmbeddedValkey.stop, EmbeddedValkey.pause, EmbeddedValkey.answer_errors])
def test_the_doctor_says_in_time_that_the_queue_s_valkey_does_not_answer(
    queue: Queue, valkey: EmbeddedValkey, fault: Callable[[EmbeddedValkey], None]
) -> None:
    fault(valkey)
    begun = monotonic()

    findings = ask_doctor(queue)

    assert findings["queue"]["verdict"] == Verdict.WRONG
    assert "CELERY_BROKER_URL" in findings["queue"]["remedy"]
    assert monotonic() - begun < TOLD_S


@pytest.mark.parametrize(("silence", "verdict"), [(LONGEST_SILENCE_S, Verdict.OK), (61.0, Verdict.WRONG)])
def test_beat_is_missed_when_no_worker_heard_from_it_for_a_minute(silence: float, verdict: Verdict) -> None:
    findings = list(queue_findings(silences={"one": 300.0, "two": silence}))

    assert [(one.check, one.verdict) for one in findings] == [("worker", Verdict.OK), ("beat", verdict)]


@pytest.mark.django_db(transaction=True)
def test_the_shop_is_ready_and_serves_while_the_queue_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", NOWHERE)
    with running_web(redis_url=settings.REDIS_URL) as web:
        run_sql("UPDATE events_change SET applied_at = clock_timestamp()")
        ready, page = web.get("/health/ready"), web.get("/api/products")

    assert (ready.status, ready.json["status"]) == (200, "ready")
    assert page.status == 200
