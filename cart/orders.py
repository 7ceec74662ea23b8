"""Somebody's orders. Nothing here is cached, on purpose.

An order is read a few times by one person, so a cache would hold what nobody asks for again; and it is read to know
what is so: whether it was paid, whether it was sent. A copy that is a second old answers another question. And what
would a hit save? A statement by primary key. The same goes for rows that are kept to be checked: payments, movements of
stock, history.

Invariant: other people's orders are not there. Whoever asks for one hears what they hear for an id that nobody has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from cart.models import Checkout, Order, Payment
from cart.owner import Owner

ORDERS_AT_ONCE: Final = 50
# What a checkout that is not an order is shown as. One that was refused in its first step left no row.
_SHOWN_AS: Final = {
    Checkout.State.PAYING: "payment_pending",
    Checkout.State.DECLINED: "payment_declined",
    Checkout.State.ABANDONED: "payment_declined",
    Checkout.State.REFUNDING: "refunding",
    Checkout.State.REFUNDED: "refunded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineView:
    product_id: int
    sku: str
    name: str
    quantity: int
    unit_price: Decimal

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order, or the checkout that may become one; that has no `number`, and its `placed_at` is None.

    `status` is placed, packed, sent, delivered, refunding or refunded; of a checkout payment_pending, payment_declined,
    refunding or refunded. `card_last4` is what is known of the card.
    """

    id: UUID
    number: int | None
    status: str
    placed_at: datetime | None
    email: str
    name: str
    address: str
    total: Decimal
    currency: str
    card_last4: str
    lines: tuple[OrderLineView, ...]

    @property
    def is_order(self) -> bool:
        return self.number is not None

    @property
    def is_settled(self) -> bool:
        """Whether its status will stay as it is for a while: whoever waits need not ask again at once."""
        return self.status not in ("payment_pending", "refunding")


def get_order(*, order_id: UUID, owner: Owner) -> OrderView | None:
    """The order, or the checkout of this id that is not, or not yet, one; None where it is not the owner's."""
    if owner.is_nobody:
        return None
    if Order.objects.filter(_is_of(owner), pk=order_id).exists():
        return view_of_order(order_id=order_id)
    checkout = Checkout.objects.filter(_is_of(owner), pk=order_id, state__in=_SHOWN_AS).first()
    return None if checkout is None else _view_of_checkout(checkout)


def orders_of(*, owner: Owner, before: int | None = None) -> list[OrderView]:
    """The newest 50 orders, newest first; `before` is the number from which older ones are wanted.

    Payments that are still pending stand in front of the first of them.
    """
    if owner.is_nobody:
        return []
    orders = Order.objects.filter(_is_of(owner)).prefetch_related("lines", "payments").order_by("-number")
    if before is not None:
        return [_view(order) for order in orders.filter(number__lt=before)[:ORDERS_AT_ONCE]]
    pending = Checkout.objects.filter(_is_of(owner), state=Checkout.State.PAYING).order_by("-created_at")
    shown = [_view_of_checkout(checkout) for checkout in pending[:ORDERS_AT_ONCE]]
    return shown + [_view(order) for order in orders[:ORDERS_AT_ONCE]]


def view_of_order(*, order_id: UUID) -> OrderView:
    """Whose order it is was asked before. Raises Order.DoesNotExist."""
    return _view(Order.objects.prefetch_related("lines", "payments").get(pk=order_id))


def _is_of(owner: Owner) -> Q:
    """What a guest bought stays visible in that session after a login, also before it was taken along."""
    guests = Q(user__isnull=True, guest=owner.guest) if owner.guest else Q()
    if owner.user_id is None:
        return guests
    return Q(user_id=owner.user_id) | guests if owner.guest else Q(user_id=owner.user_id)


def _view(order: Order) -> OrderView:
    lines = sorted(order.lines.all(), key=lambda line: line.pk)
    return OrderView(
        id=order.pk,
        number=order.number,
        status=order.status,
        placed_at=order.placed_at,
        email=order.email,
        name=order.name,
        address=order.address,
        total=order.total,
        currency=order.currency,
        card_last4=_last4(order.payments.all()),
        lines=tuple(
            OrderLineView(
                product_id=line.product_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in lines
        ),
    )


def _view_of_checkout(checkout: Checkout) -> OrderView:
    return OrderView(
        id=checkout.pk,
        number=None,
        status=_SHOWN_AS[Checkout.State(checkout.state)],
        placed_at=None,
        email=checkout.email,
        name=checkout.name,
        address=checkout.address,
        total=checkout.total or Decimal(0),
        currency=checkout.currency,
        card_last4=checkout.card_last4,
        lines=tuple(_line_of_checkout(line) for line in checkout.lines),
    )


def _line_of_checkout(line: dict[str, Any]) -> OrderLineView:
    return OrderLineView(**line | {"unit_price": Decimal(line["unit_price"])})


def _last4(payments: Iterable[Payment]) -> str:
    return next((payment.card_last4 for payment in payments), "")
