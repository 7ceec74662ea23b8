"""Two workers flush at once: the same batch, or batches of the same products in another order."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from analytics import sync_points
from analytics.flushing import flush_views, persist
from analytics.models import ProductViews
from analytics.operations import record_view
from analytics.view_buffer import VIEW_BUFFER
from shop.caching.buffer import Batch, Held
from tests.failures.ledgerless import WITHOUT_LEDGER
from tests.races.actors import Stage, interleavings, point

DAY = 739922
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


def test_batches_of_the_same_products_in_another_order_do_not_wait_in_a_circle(stage: Stage) -> None:
    ids = range(1, 200)
    there = Batch("there", {f"{each}:{DAY}": 1 for each in ids})
    back = Batch("back", {f"{each}:{DAY}": 1 for each in reversed(ids)})

    for number in range(5):
        batches = [batch._replace(batch_id=f"{batch.batch_id}{number}") for batch in (there, back)]
        played = stage.play({"one": partial(persist_it, batches[0]), "other": partial(persist_it, batches[1])}, ())
        assert list(played.values()) == [True, True]

    assert set(totals().values()) == {10}
