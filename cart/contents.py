"""The cart as people see it: what is in it, what that costs now, and what has changed since it was put there.

Budget, counted by tests/integration/test_cart_budget.py: warm, two round trips and no query: the cart, then everything
that its lines name. An empty cart names nothing.

Invariant: nothing is decided here. Prices and stock come from caches, and what can be bought, and for how much,
checkout asks the database.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cart.notices import Notice, notices_of
from cart.queries import read_cart
from cart.snapshots import CartLineSnapshot
from catalog.queries import card_refs, get_category_tree, get_prices, get_products, tree_ref
from catalog.snapshots import CategoryTreeSnapshot, PriceSnapshot, ProductSnapshot
from inventory.queries import get_stocks, stock_refs
from inventory.snapshots import StockSnapshot
from shop.caching.prefetch import prefetch

# The currency of a sum of nothing.
CURRENCY: Final = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsLine:
    """`product` is None once it is withdrawn: then only the `name` of then is left. `total` is None where the line is
    not counted: it is withdrawn, has no price, or one in another currency."""

    product_id: int
    name: str
    product: ProductSnapshot | None
    price: PriceSnapshot | None
    stock: StockSnapshot
    quantity: int
    total: Decimal | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartContents:
    """`count` is the number of pieces, withdrawn ones included; `total` is what the countable lines cost now.

    `floor_reached`: the cache itself has what this visitor wrote. `tree_at_hand` is None for an empty cart.
    """

    lines: tuple[ContentsLine, ...]
    total: Decimal
    currency: str
    count: int
    tree_at_hand: CategoryTreeSnapshot | None
    floor_reached: bool

    @property
    def tree(self) -> CategoryTreeSnapshot:
        """What the lines were read with; of an empty cart it is read by who needs one all the same, as a page does."""
        return self.tree_at_hand or get_category_tree()

    @property
    def can_check_out(self) -> bool:
        """Whether every line can be paid for. Whether the goods are there, checkout finds out."""
        return bool(self.lines) and all(line.total is not None for line in self.lines)


def cart_contents(*, cart_id: int | None, floor: int = 0) -> CartContents:
    """The contents of a cart; of an empty one for None. `floor` is the lowest version of it that may be shown."""
    cart, floor_reached = read_cart(cart_id=cart_id, floor=floor)
    if not cart.lines:
        return CartContents(
            lines=(),
            total=Decimal("0.00"),
            currency=CURRENCY,
            count=0,
            tree_at_hand=None,
            floor_reached=floor_reached,
        )
    ids = [line.product_id for line in cart.lines]
    with prefetch(tree_ref(), *card_refs(product_ids=ids), *stock_refs(product_ids=ids)):
        tree = get_category_tree()
        products = get_products(product_ids=ids)
        prices = get_prices(product_ids=ids)
        stocks = get_stocks(product_ids=ids)
    payable = [prices[one].currency for one in ids if one in products and one in prices]
    currency = payable[0] if payable else CURRENCY
    lines = tuple(
        _line(
            line,
            product=products.get(line.product_id),
            price=prices.get(line.product_id),
            stock=stocks[line.product_id],
            currency=currency,
        )
        for line in cart.lines
    )
    return CartContents(
        lines=lines,
        total=sum((line.total for line in lines if line.total is not None), Decimal("0.00")),
        currency=currency,
        count=cart.count,
        tree_at_hand=tree,
        floor_reached=floor_reached,
    )


def _line(
    line: CartLineSnapshot,
    *,
    product: ProductSnapshot | None,
    price: PriceSnapshot | None,
    stock: StockSnapshot,
    currency: str,
) -> ContentsLine:
    counted = product is not None and price is not None and price.currency == currency
    return ContentsLine(
        product_id=line.product_id,
        name=line.name_when_added if product is None else product.name,
        product=product,
        price=price if product is not None else None,
        stock=stock,
        quantity=line.quantity,
        total=price.amount * line.quantity if counted and price is not None else None,
        notices=tuple(notices_of(line, product=product, price=price, stock=stock, currency=currency)),
    )
