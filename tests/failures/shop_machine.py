"""The machine that plays the shop and its model side by side: tests/failures/test_shop_against_its_model.py."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cart.checkout import settle_due
from cart.models import Checkout, Order
from catalog.models import Category, Price, Product
from inventory.models import Stock
from inventory.operations import OutOfStockError, ReservationNotOpenError, commit, expire_due, receive, release, reserve
from inventory.queries import get_stock
from shop.events.repair import REPAIR
from tests.failures.faulty_cache import FaultyCache
from tests.failures.shop_model import GUESTS_CUSTOMER, Hold, Pending, ShopModel
from tests.failures.web import until
from tests.integration.providers import join_answers

REPAIRED_WITHIN_S = 10.0

SUCCEEDS: Final = "4242424242424242"
ANSWERS_TWICE: Final = "4000000000000259"
DECLINED: Final = "4000000000000002"
CHARGED_IN_SILENCE: Final = "4000000000000119"
NEVER_ARRIVES: Final = "4000000000000127"

names = st.sampled_from(["phone", "laptop", "tablet"])
shelves = st.integers(0, 2)
some = st.integers(1, 4)


@dataclass
class Browser:
    """`cart` is the name that its cart has in the model."""

    client: Client
    cart: str


class ShopAndModel(FaultyCache):
    category: Category

    def __init__(self) -> None:
        super().__init__()
        self._finish_what_is_left()
        self.customer = User.objects.create_user(f"ann-{User.objects.count()}@example.org")
        self.money_before = self._money()
        self.guests = self.keys = 0
        self.ids = [self._product(number) for number in range(3)]
        prices = {product_id: Decimal(f"{number + 1}.25") for number, product_id in enumerate(self.ids)}
        self.model = ShopModel(prices=prices, on_hand=Counter(dict.fromkeys(self.ids, 8)))
        self.browsers = {name: self._guest() for name in ("phone", "laptop", "tablet")}
        self.outside: list[tuple[int, Hold]] = []
        self.paid: list[tuple[Browser, str, dict[str, Any], str]] = []

    def _finish_what_is_left(self) -> None:
        """An example that fails leaves payments in doubt, and holds."""
        while settle_due(older_than=timedelta(0)):
            pass
        with connection.cursor() as cursor:
            cursor.execute("UPDATE inventory_reservation SET expires_at = now() WHERE status = 'open'")
        expire_due()

    def _money(self) -> Decimal:
        """What the provider has charged and not given back."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(amount), 0) FROM cart_mockcharge WHERE status = 'charged'")
            return Decimal(cursor.fetchone()[0])

    def _product(self, number: int) -> int:
        made = Product.objects.count()
        product = Product.objects.create(
            sku=f"M-{made}", slug="pear", name=f"Pear {made}", brand="Orchard", category=self.category
        )
        amount = Decimal(f"{number + 1}.25")
        Price.objects.create(product=product, amount=amount, regular_amount=amount)
        receive(product_id=product.pk, quantity=8, reason="the first delivery")
        return product.pk

    def _guest(self) -> Browser:
        self.guests += 1
        return Browser(Client(), f"guest {self.guests}")

    # ---- carts ----

    @rule(name=names, shelf=shelves, quantity=some)
    def add(self, name: str, shelf: int, quantity: int) -> None:
        browser, product_id = self.browsers[name], self.ids[shelf]
        cart = self.model.cart(browser.cart)
        answer = browser.client.post("/cart/add/", {"product_id": product_id, "quantity": quantity})
        if cart[product_id] + quantity > 99:
            assert answer.status_code == 422
        else:
            assert answer.status_code == 303
            cart[product_id] += quantity

    @rule(name=names, shelf=shelves, quantity=st.one_of(some, st.sampled_from([0, 98, 99])))
    def change(self, name: str, shelf: int, quantity: int) -> None:
        browser, product_id = self.browsers[name], self.ids[shelf]
        address = f"/api/cart/items/{product_id}"
        answer = browser.client.put(address, {"quantity": quantity}, content_type="application/json")
        assert answer.status_code == 200
        cart = self.model.cart(browser.cart)
        cart[product_id] = quantity
        assert self._goods(answer.json()) == +cart

    @rule(name=names)
    def log_in(self, name: str) -> None:
        browser = self.browsers[name]
        if browser.cart != GUESTS_CUSTOMER:
            browser.client.force_login(self.customer)
            self.model.merge(browser.cart)
            for pending in self.model.pending:
                if pending.cart == browser.cart:
                    pending.cart = GUESTS_CUSTOMER
            browser.cart = GUESTS_CUSTOMER

    @rule(name=names)
    def log_out(self, name: str) -> None:
        browser = self.browsers[name]
        if browser.cart == GUESTS_CUSTOMER:
            browser.client.logout()
            self.browsers[name] = self._guest()

    # ---- checkout ----

    @rule(name=names, card=st.sampled_from([SUCCEEDS, ANSWERS_TWICE, DECLINED, CHARGED_IN_SILENCE, NEVER_ARRIVES]))
    def pay(self, name: str, card: str) -> None:
        browser = self.browsers[name]
        goods = +self.model.cart(browser.cart)
        self.keys += 1
        key = f"key-{self.keys}"
        body = {"email": "ann@example.org", "name": "Ann", "address": "1 Mill Lane", "payment": {"card": card}}
        answer = self._pay(browser, key, body)
        # From a thread of its own, which locks rows.
        join_answers()
        told = answer.json()
        if not goods:
            assert (answer.status_code, told["code"]) == (409, "cart_empty")
        elif any(pending.cart == browser.cart for pending in self.model.pending):
            assert (answer.status_code, told["code"]) == (409, "checkout_in_progress")
        elif short := self.model.short(goods):
            assert (answer.status_code, told["code"]) == (409, "out_of_stock")
            assert {one["product_id"]: one["available"] for one in told["short"]} == short
        elif card == DECLINED:
            assert (answer.status_code, told["code"]) == (402, "payment_declined")
        elif card in (CHARGED_IN_SILENCE, NEVER_ARRIVES):
            assert (answer.status_code, told["status"]) == (202, "payment_pending")
            hold, charged = self.model.hold(goods), card == CHARGED_IN_SILENCE
            self.model.pending.append(Pending(browser.cart, hold, self.model.total(goods), charged))
        else:
            assert answer.status_code == 201, told
            assert Decimal(told["total"]["amount"]) == self.model.buy(browser.cart)
            self.paid.append((browser, key, body, told["id"]))

    @precondition(lambda self: self.paid)
    @rule(which=st.randoms(use_true_random=False))
    def ask_again(self, which: Any) -> None:
        """The same key and body: the same order, and nothing is bought twice, by who has logged in since either."""
        browser, key, body, order_id = which.choice(self.paid)
        if browser in self.browsers.values():
            answer = self._pay(browser, key, body)
            assert (answer.status_code, answer.json().get("id")) == (201, order_id)

    @precondition(lambda self: self.model.pending)
    @rule()
    def settle(self) -> None:
        assert settle_due(older_than=timedelta(0), limit=1) == 1
        self.model.settle()

    # ---- other people ----

    @rule(shelf=shelves, quantity=some)
    def hold(self, shelf: int, quantity: int) -> None:
        goods = Counter({self.ids[shelf]: quantity})
        try:
            reservation_id = reserve(quantities=goods, lasts=timedelta(minutes=5))
        except OutOfStockError:
            assert self.model.short(goods)
        else:
            assert not self.model.short(goods)
            self.outside.append((reservation_id, self.model.hold(goods)))

    @precondition(lambda self: self.outside)
    @rule(sold=st.booleans())
    def end_hold(self, sold: bool) -> None:
        reservation_id, hold = self.outside.pop()
        if not sold:
            assert release(reservation_id=reservation_id) is hold.open
            hold.open = False
        elif hold.open:
            commit(reservation_id=reservation_id)
            self.model.sell(hold)
        else:
            with pytest.raises(ReservationNotOpenError):
                commit(reservation_id=reservation_id)

    @rule()
    def time_passes(self) -> None:
        """Every hold's time is up."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE inventory_reservation SET expires_at = now() - interval '1 s' WHERE status = 'open'")
        assert expire_due() == sum(hold.open for hold in self.model.holds)
        for hold in self.model.holds:
            hold.open = False

    @rule(shelf=shelves, quantity=some)
    def deliver(self, shelf: int, quantity: int) -> None:
        receive(product_id=self.ids[shelf], quantity=quantity, reason="a delivery")
        self.model.on_hand[self.ids[shelf]] += quantity

    # ---- what must be so ----

    @invariant()
    def the_shop_is_as_the_model_says(self) -> None:
        if not self.is_dead:
            until(lambda: not REPAIR.pending, within=REPAIRED_WITHIN_S)
        for browser in self.browsers.values():
            cart, goods = browser.client.get("/api/cart").json(), +self.model.cart(browser.cart)
            assert self._goods(cart) == goods
            assert Decimal(cart["total"]["amount"]) == self.model.total(goods)
        for stock in Stock.objects.filter(product_id__in=self.ids):
            shown = get_stock(product_id=stock.product_id)
            expected = (self.model.on_hand[stock.product_id], self.model.held(stock.product_id))
            assert (stock.on_hand, stock.held) == expected
            assert (shown.on_hand, shown.held) == expected

    def teardown(self) -> None:
        """Whatever is in doubt comes to its end: then the money is where the goods are."""
        super().teardown()
        while self.model.pending:
            self.settle()
        orders = Order.objects.filter(lines__product_id__in=self.ids).distinct()
        assert sorted(order.total for order in orders) == sorted(self.model.orders)
        assert self._money() - self.money_before == sum(self.model.orders)
        assert not Checkout.objects.filter(state__in=("paying", "refunding")).exists()
        for reservation_id, hold in self.outside:
            release(reservation_id=reservation_id)
            hold.open = False

    def _pay(self, browser: Browser, key: str, body: dict[str, Any]) -> Any:
        headers = {"Idempotency-Key": key}
        return browser.client.post("/api/checkout", body, content_type="application/json", headers=headers)

    def _goods(self, cart: dict[str, Any]) -> Counter[int]:
        return Counter({item["product"]["id"]: item["quantity"] for item in cart["items"]})
