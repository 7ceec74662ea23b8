"""Sales that are due while beat and worker are dead start and end as soon as both are back, by the shop's own queue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from catalog.models import FlashSale
from tests.failures.queue_run import Queue
from tests.failures.web import until
from tests.integration.catalog_rows import make_category, make_product
from tests.integration.flash_sales import make_sale, paid

# From the plan to the outage: beat, worker and a busy machine have time to start the first sale.
LEAD = timedelta(seconds=20)
SECOND = timedelta(seconds=1)
# A tick, its task, and a busy machine.
SOON_S = 15.0


@pytest.fixture
def shop_queue(queue: Queue) -> Queue:
    """The shop's own tasks and schedule."""
    return replace(queue, application="shop.celery")


def states(sale_ids: Sequence[int]) -> list[str]:
    found = dict(FlashSale.objects.filter(pk__in=sale_ids).values_list("pk", "state"))
    return [found[sale_id] for sale_id in sale_ids]


@pytest.mark.timeout(180)
def test_sales_scheduled_across_a_crash_of_beat_and_worker_start_and_end_when_both_are_back(
    own_caches: None, shop_queue: Queue
) -> None:
    jam = make_product(make_category(), "JAM-1", amount="10.00").pk

    def planned(percent_off: str, *, starts: datetime, ends: datetime | None) -> int:
        return make_sale([jam], percent_off=percent_off, starts_at=starts, ends_at=ends)

    with shop_queue.worker() as worker, shop_queue.beat() as beat:
        now = timezone.now()
        outage = now + LEAD
        first = planned("20", starts=now + SECOND, ends=outage + SECOND)
        second = planned("10", starts=outage + SECOND, ends=None)
        missed = planned("50", starts=outage, ends=outage + SECOND)
        sales = (first, second, missed)
        until(lambda: states(sales) == ["on", "scheduled", "scheduled"], within=SOON_S)
        assert paid(jam) == "8.00"
        for program in (beat, worker):
            program.kill()

    assert timezone.now() < outage, "this machine is too busy for the plan"
    until(lambda: timezone.now() > outage + 2 * SECOND, within=2 * LEAD.total_seconds())
    assert (states(sales), paid(jam)) == (["on", "scheduled", "scheduled"], "8.00")

    with shop_queue.worker(), shop_queue.beat():
        until(lambda: states(sales) == ["ended", "on", "ended"], within=SOON_S)
        assert paid(jam) == "9.00"
        assert FlashSale.objects.get(pk=missed).started_at is None

        FlashSale.objects.filter(pk=second).update(ends_at=timezone.now() + SECOND)
        until(lambda: states(sales) == ["ended", "ended", "ended"], within=SOON_S)
        assert paid(jam) == "10.00"
