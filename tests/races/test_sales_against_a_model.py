"""Any order of starts, ends and regular-price changes of overlapping sales, alone and at once, leaves the prices that a
plain model has: the lowest of what the shop asks and of what the sales that are on make of the regular price."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from catalog.flash_sales.turning import FlashSaleStateError, end_sale, start_sale
from catalog.models import Price
from catalog.operations import change_price
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.catalog_rows import run_sql
from tests.integration.flash_sales import make_sale
from tests.races.actors import FULL
from tests.races.rewritten_functions import without

CENT = Decimal("0.01")
PRODUCTS = 3
amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(30), places=2)
percents = st.decimals(min_value=1, max_value=99, places=2)


@dataclass
class ModelSale:
    percent_off: Decimal
    own: dict[int, Decimal | None]
    state: str = "scheduled"

    def offer(self, product: int, regular: Decimal) -> Decimal:
        amount = self.own[product]
        reduced = regular * (100 - self.percent_off) / 100
        return reduced.quantize(CENT, ROUND_HALF_UP) if amount is None else amount


@dataclass
class Model:
    """What products cost, by what the shop asks and the sales that are on."""

    asked: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    sales: dict[int, ModelSale] = field(default_factory=dict)

    def price(self, product: int) -> tuple[Decimal, int | None]:
        amount, regular = self.asked[product]
        offers = [
            (sale.offer(product, regular), sale_id)
            for sale_id, sale in self.sales.items()
            if sale.state == "on" and product in sale.own
        ]
        lowest = min((offer for offer in offers if offer[0] < amount), default=None)
        return lowest or (amount, None)

    def turn(self, sale_id: int, was: str, now: str) -> bool:
        if self.sales[sale_id].state != was:
            return False
        self.sales[sale_id].state = now
        return True


class Sales(RuleBasedStateMachine):
    goods: Goods

    @initialize()
    def begin(self) -> None:
        run_sql("DELETE FROM catalog_flashsale")
        self.model = Model()
        # The model numbers its sales from 0, so that an example is the same each time it is played.
        self.sales: list[int] = []
        self.ids = self.goods.ids[:PRODUCTS]
        for product in self.ids:
            self._ask(product, Decimal(10), Decimal(10))

    @rule(data=st.data(), percent=percents)
    def make(self, data: st.DataObject, percent: Decimal) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.ids), min_size=1, unique=True))
        own: dict[int, Decimal | None] = {one: data.draw(st.none() | amounts) for one in chosen}
        self.model.sales[len(self.sales)] = ModelSale(percent, own)
        self.sales.append(make_sale(chosen, percent_off=str(percent), amounts=list(own.values())))

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data())
    def turn_one(self, data: st.DataObject) -> None:
        self._turning(data)()

    @rule(data=st.data(), amount=amounts, more=amounts)
    def ask(self, data: st.DataObject, amount: Decimal, more: Decimal) -> None:
        self._ask(data.draw(st.sampled_from(self.ids)), amount, amount + more)

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data(), amount=amounts, more=amounts)
    def several_at_once(self, data: st.DataObject, amount: Decimal, more: Decimal) -> None:
        """Of different sales, so that the model knows who wins."""
        chosen = data.draw(st.lists(st.sampled_from(sorted(self.model.sales)), min_size=1, max_size=3, unique=True))
        jobs = [self._turning(data, number) for number in chosen]
        product = data.draw(st.sampled_from(self.ids))
        together(*jobs, partial(self._ask, product, amount, amount + more))

    @invariant()
    def prices_are_the_models(self) -> None:
        if not hasattr(self, "model"):
            return
        found = Price.objects.in_bulk(self.ids)
        numbers: dict[int | None, int | None] = {sale_id: number for number, sale_id in enumerate(self.sales)}
        numbers[None] = None
        shown = {one: (found[one].current_amount, numbers[found[one].flash_sale_id]) for one in self.ids}
        assert shown == {one: self.model.price(one) for one in self.ids}

    def _ask(self, product: int, amount: Decimal, regular: Decimal) -> None:
        change_price(product_id=product, amount=amount, regular_amount=regular)
        self.model.asked[product] = (amount, regular)

    def _turning(self, data: st.DataObject, number: int | None = None) -> Callable[[], None]:
        if number is None:
            number = data.draw(st.sampled_from(sorted(self.model.sales)))
        starts = data.draw(st.booleans())
        operation: Callable[..., Any] = start_sale if starts else end_sale
        was, now = ("scheduled", "on") if starts else ("on", "ended")

        def run() -> None:
            try:
                operation(sale_id=self.sales[number])
                done = True
            except FlashSaleStateError:
                done = False
            assert done is self.model.turn(number, was, now)

        return run


def walk(goods: Goods, **options: Any) -> None:
    Sales.goods = goods
    machine = Sales.TestCase
    machine.settings = settings(
        stateful_step_count=20, deadline=None, database=None, suppress_health_check=list(HealthCheck), **options
    )
    machine().runTest()


def test_prices_are_what_a_plain_model_has(goods: Goods) -> None:
    walk(goods, max_examples=300 if FULL else 25)


def test_the_control_whose_sales_do_not_write_their_prices_is_found_out(goods: Goods) -> None:
    part = "UPDATE catalog_price SET version = version WHERE product_id IN ("
    nothing = "PERFORM FROM catalog_price WHERE product_id IN ("
    with without(part, trigger="flash_sale_reprice", instead=nothing), pytest.raises((AssertionError, ExceptionGroup)):
        walk(goods, max_examples=25, phases=[Phase.generate])
