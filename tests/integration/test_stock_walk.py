"""Random walks of the operations against a plain model: stock, ledger, holds and what is shown agree after each."""

import os
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inventory.models import Reservation
from inventory.operations import (
    OutOfStockError,
    ReservationNotOpenError,
    StockTooLowError,
    adjust,
    commit,
    expire_due,
    receive,
    release,
    reserve,
    take_back,
)
from inventory.queries import get_stocks
from tests.integration.stock_rows import MINUTES, expire, sums_agree

FULL = os.environ.get("FULL") == "1"
PRODUCTS = (0, 1, 2)
# Each walk has products of its own.
bases = count(1, len(PRODUCTS))
products = st.sampled_from(PRODUCTS)
few = st.integers(1, 6)


class StockWalk(RuleBasedStateMachine):
    """`on_hand` by product; `open` reservations, oldest first, with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.base = next(bases)
        self.on_hand = {self.base + number: 0 for number in PRODUCTS}
        self.open: dict[int, dict[int, int]] = {}
        self.closed: list[int] = []

    def held(self, product_id: int) -> int:
        return sum(lines.get(product_id, 0) for lines in self.open.values())

    @rule(product_id=products, quantity=few)
    def comes_in(self, product_id: int, quantity: int) -> None:
        product_id += self.base
        receive(product_id=product_id, quantity=quantity, reason="walk")
        self.on_hand[product_id] += quantity

    @rule(returned=st.dictionaries(products, few, min_size=1))
    def comes_back(self, returned: dict[int, int]) -> None:
        returned = {self.base + number: quantity for number, quantity in returned.items()}
        take_back(quantities=returned, reason="walk")
        for product_id, quantity in returned.items():
            self.on_hand[product_id] += quantity

    @rule(product_id=products, change=st.integers(-6, 6).filter(bool))
    def is_counted(self, product_id: int, change: int) -> None:
        product_id += self.base
        if self.on_hand[product_id] + change < self.held(product_id):
            with pytest.raises(StockTooLowError):
                adjust(product_id=product_id, change=change, reason="walk")
            return
        adjust(product_id=product_id, change=change, reason="walk")
        self.on_hand[product_id] += change

    @rule(wanted=st.dictionaries(products, few, min_size=1))
    def is_reserved(self, wanted: dict[int, int]) -> None:
        wanted = {self.base + number: quantity for number, quantity in wanted.items()}
        left = {product_id: self.on_hand[product_id] - self.held(product_id) for product_id in wanted}
        short = [(one, wanted[one], left[one]) for one in sorted(wanted) if wanted[one] > left[one]]
        if short:
            with pytest.raises(OutOfStockError) as refused:
                reserve(quantities=wanted, lasts=MINUTES)
            assert list(refused.value.short) == short
            return
        self.open[reserve(quantities=wanted, lasts=MINUTES)] = wanted

    @rule(data=st.data(), end=st.sampled_from(["commit", "release", "expire"]))
    def ends(self, data: st.DataObject, end: str) -> None:
        if not self.open:
            return
        reservation_id = sorted(self.open)[data.draw(st.integers(0, len(self.open) - 1))]
        lines = self.open.pop(reservation_id)
        self.closed.append(reservation_id)
        if end == "commit":
            commit(reservation_id=reservation_id)
            for product_id, quantity in lines.items():
                self.on_hand[product_id] -= quantity
        elif end == "release":
            assert release(reservation_id=reservation_id)
        else:
            expire(reservation_id)
            assert expire_due() == 1

    @rule(data=st.data())
    def is_ended_again(self, data: st.DataObject) -> None:
        if self.closed:
            reservation_id = self.closed[data.draw(st.integers(0, len(self.closed) - 1))]
            assert not release(reservation_id=reservation_id)
            with pytest.raises(ReservationNotOpenError):
                commit(reservation_id=reservation_id)

    @invariant()
    def all_agree(self) -> None:
        shown = {one: (stock.on_hand, stock.held) for one, stock in get_stocks(product_ids=list(self.on_hand)).items()}
        assert shown == {product_id: (on_hand, self.held(product_id)) for product_id, on_hand in self.on_hand.items()}
        assert sums_agree()
        assert self.open.keys() <= set(Reservation.objects.filter(status="open").values_list("id", flat=True))


@pytest.mark.usefixtures("own_caches")
def test_any_order_of_operations_agrees_with_a_plain_model() -> None:
    StockWalk.TestCase.settings = settings(
        max_examples=100 if FULL else 12,
        stateful_step_count=40 if FULL else 25,
        deadline=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
    )
    StockWalk.TestCase().runTest()
