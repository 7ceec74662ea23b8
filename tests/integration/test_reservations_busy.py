"""The sweep while somebody keeps a product's stock locked: what holds other products expires all the same."""

from contextlib import AbstractContextManager

import pytest
from django.db import OperationalError, transaction

from inventory.models import Reservation, Stock
from inventory.operations import expire_due, expiring, receive, reserve
from inventory.queries import get_stock
from inventory.snapshots import StockSnapshot
from tests.integration.catalog_rows import run_sql
from tests.integration.held_rows import held
from tests.integration.stock_rows import MINUTES, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")

ALL_DUE = "UPDATE inventory_reservation SET expires_at = clock_timestamp() WHERE status = 'open'"


def locked(product_id: int) -> AbstractContextManager[None]:
    """Somebody else keeps this product's stock locked."""
    return held(lambda: Stock.objects.select_for_update().get(pk=product_id), patience="200ms")


@pytest.fixture
def shelf(own_caches: None) -> None:
    for product_id in (1, 2, 3):
        receive(product_id=product_id, quantity=1000, reason="delivery")


@pytest.mark.usefixtures("shelf")
def test_one_busy_product_keeps_no_other_from_its_holds() -> None:
    both = reserve(quantities={1: 5, 2: 1}, lasts=MINUTES)
    others = [reserve(quantities={product_id: 4}, lasts=MINUTES) for product_id in (1, 2, 3)]
    run_sql(ALL_DUE)

    with locked(1):
        assert expire_due() == 2
        assert get_stock(product_id=2) == StockSnapshot(2, 1000, 1)
        assert get_stock(product_id=3) == StockSnapshot(3, 1000, 0)
        assert set(Reservation.objects.filter(status="open").values_list("id", flat=True)) == {both, others[0]}

    assert expire_due() == 2
    assert get_stock(product_id=1) == StockSnapshot(1, 1000, 0)
    assert sums_agree()


@pytest.mark.usefixtures("shelf")
def test_those_behind_whole_batches_of_it_expire_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "BATCH", 3)
    for product_id in (1, 1, 1, 1, 1, 1, 1, 2, 1, 3):
        reserve(quantities={product_id: 1}, lasts=MINUTES)
        run_sql(ALL_DUE)

    with locked(1):
        assert expire_due() == 2

    assert expire_due(limit=5) == 5
    assert expire_due() == 3
    assert sums_agree()


@pytest.mark.usefixtures("shelf")
def test_inside_a_transaction_which_a_vain_wait_has_ended_it_is_raised() -> None:
    reserve(quantities={1: 5}, lasts=MINUTES)
    run_sql(ALL_DUE)

    with locked(1), pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
        expire_due()

    assert expire_due() == 1
