"""Two workers flush at once: the same batch, or batches of the same products in another order."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db import transaction

from analytics import flushing, sync_points
from analytics.flushing import flush_views, persist
from analytics.models import ProductViews
from analytics.operations import record_view
from analytics.view_buffer import VIEW_BUFFER
from shop.caching.buffer import Batch, Held
from shop.caching.write_behind import UnavailableError
from tests.failures.ledgerless import WITHOUT_LEDGER
from tests.races.actors import Stage, interleavings, point

DAY = 739922
_IN_ORDER = " GROUP BY product_id ORDER BY product_id"
# taken, read, ledgered, counted, committed, persisted, forgotten
STEPS = 7
BATCH = Batch("b", {f"1:{DAY}": 5, f"2:{DAY}": 3})


@pytest.fixture(autouse=True)
def stopping(own_caches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_points, "hook", point)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


def persist_it(batch: Batch = BATCH) -> bool:
    point("about to persist")
    return persist(batch)


def totals() -> dict[int, int]:
    return dict(ProductViews.objects.values_list("product_id", "total"))


@pytest.mark.parametrize("order", list(interleavings({"one": 3, "other": 3}, most=8)), ids="-".join)
def test_the_same_batch_persisted_twice_at_once_counts_once(stage: Stage, order: tuple[str, ...]) -> None:
    """1. A writes the batch's id; 2. B writes it too, and waits for A; 3. A commits; 4. B finds it known."""
    played = stage.play({"one": persist_it, "other": persist_it}, order)

    assert Counter(played.values()) == {True: 1, False: 1}
    assert totals() == {1: 5, 2: 3}


def test_without_the_ledger_the_same_batch_counts_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr("analytics.flushing._LEDGER", WITHOUT_LEDGER)

    stage.play({"one": persist_it, "other": persist_it}, ("one", "other", "one", "other"))

    assert totals() == {1: 10, 2: 6}


@pytest.mark.parametrize(
    "order", list(interleavings({"one": STEPS, "other": STEPS, "visitor": 3}, most=12)), ids="-".join
)
def test_two_flushers_and_a_visitor_in_any_order_lose_and_double_nothing(stage: Stage, order: tuple[str, ...]) -> None:
    def visit() -> None:
        for _ in range(3):
            point("about to look")
            record_view(product_id=1)

    record_view(product_id=1)
    record_view(product_id=2)
    stage.play({"one": flush_views, "other": flush_views, "visitor": visit}, order)
    sync_points.hook = lambda point: None
    flush_views()

    assert totals() == {1: 4, 2: 1}
    assert VIEW_BUFFER.held() == Held(0, 0, 0)


def play_crosswise(stage: Stage) -> dict[str, bool | str]:
    """1. Somebody holds product 2; 2. A, which names the products forwards, comes as far as that; 3. so does B, which
    names them backwards; 4. product 2 is free. In the order of their batches A has 1 by then, and B has 3."""
    there = {f"{product_id}:{DAY}": 1 for product_id in (1, 2, 3)}
    back = dict(reversed(there.items()))
    persist(Batch("before", there))

    def hold() -> bool:
        point("about to hold")
        with transaction.atomic():
            list(ProductViews.objects.select_for_update().filter(product_id=2))
            point("holds")
        return True

    def persist_or_tell(batch: Batch) -> bool | str:
        try:
            return persist_it(batch)
        except UnavailableError as error:
            return str(error)

    one, other = partial(persist_or_tell, Batch("there", there)), partial(persist_or_tell, Batch("back", back))
    order = ("holder", *["one"] * 2, *["other"] * 2, "holder")
    return stage.play({"holder": hold, "one": one, "other": other}, order)


def test_batches_of_the_same_products_in_another_order_do_not_wait_in_a_circle(stage: Stage) -> None:
    assert play_crosswise(stage) == {"holder": True, "one": True, "other": True}

    assert totals() == {1: 3, 2: 3, 3: 3}


def test_batches_whose_rows_are_written_as_they_come_do(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    unsorted = flushing._COUNT
    for part, instead in ((" ORDER BY 1, 2", ""), ("sum(count)", "count"), (_IN_ORDER, "")):
        assert part in unsorted
        unsorted = unsorted.replace(part, instead)
    monkeypatch.setattr(flushing, "_COUNT", unsorted)

    told = play_crosswise(stage)

    (deadlock,) = [one for one in told.values() if one is not True]
    assert "deadlock detected" in str(deadlock)
    assert totals() == {1: 2, 2: 2, 3: 2}
