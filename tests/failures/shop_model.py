"""A shop of plain numbers, to compare the real one with: carts, stock, holds, orders and money, and no cache."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

MOST_OF_ONE = 99
GUESTS_CUSTOMER = "ann"

Goods = Counter[int]


@dataclass
class Hold:
    """Goods kept for somebody; `open` until they are sold, given back, or their time is up."""

    goods: Goods
    open: bool = True


@dataclass
class Pending:
    """A checkout whose payment is in doubt. `charged` is what the provider knows and the shop does not."""

    cart: str
    hold: Hold
    total: Decimal
    charged: bool


@dataclass
class ShopModel:
    """`carts` are by the name of the cart that a browser has at the moment: its own, or the customer's."""

    prices: dict[int, Decimal]
    on_hand: Goods
    carts: dict[str, Goods] = field(default_factory=dict)
    holds: list[Hold] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    orders: list[Decimal] = field(default_factory=list)

    def held(self, product_id: int) -> int:
        return sum(hold.goods[product_id] for hold in self.holds if hold.open)

    def available(self, product_id: int) -> int:
        return self.on_hand[product_id] - self.held(product_id)

    def short(self, goods: Goods) -> dict[int, int]:
        """What there is too little of, with what there is."""
        return {one: self.available(one) for one, wanted in goods.items() if wanted > self.available(one)}

    def total(self, goods: Goods) -> Decimal:
        return sum((self.prices[one] * quantity for one, quantity in goods.items()), Decimal("0.00"))

    def cart(self, name: str) -> Goods:
        return self.carts.setdefault(name, Counter())

    def hold(self, goods: Goods) -> Hold:
        hold = Hold(Counter(goods))
        self.holds.append(hold)
        return hold

    def sell(self, hold: Hold) -> None:
        hold.open = False
        self.on_hand.subtract(hold.goods)

    def merge(self, guest: str) -> None:
        """The guest's cart goes into the customer's."""
        into = self.cart(GUESTS_CUSTOMER)
        for product_id, quantity in self.carts.pop(guest, Counter()).items():
            into[product_id] = min(into[product_id] + quantity, MOST_OF_ONE)

    def buy(self, name: str) -> Decimal:
        """All of a cart, paid at once."""
        goods = Counter(self.cart(name))
        self.sell(self.hold(goods))
        self.take_out(name, goods)
        self.orders.append(self.total(goods))
        return self.orders[-1]

    def take_out(self, name: str, goods: Goods) -> None:
        """What was bought leaves the cart; what was added meanwhile stays."""
        self.carts[name] = self.cart(name) - goods

    def settle(self) -> None:
        """The oldest payment in doubt comes to its end."""
        pending = self.pending.pop(0)
        goods = pending.hold.goods
        if not pending.charged:
            pending.hold.open = False
            return
        if not pending.hold.open:
            if self.short(goods):
                return
            self.hold(goods)
            pending.hold = self.holds[-1]
        self.sell(pending.hold)
        self.take_out(pending.cart, goods)
        self.orders.append(pending.total)
