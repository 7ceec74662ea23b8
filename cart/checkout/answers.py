"""What a checkout has come to, as its caller is told: the order, a payment in doubt, or a refusal."""

from dataclasses import dataclass
from uuid import UUID

from cart.checkout.refusals import CheckoutInProgressError, GoodsShortError, PaymentDeclinedError, ShortGoods
from cart.models import Checkout
from cart.orders import OrderView, view_of_order

State = Checkout.State


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutAnswer:
    """`order` is None while the payment is in doubt; the order will have this id, if there is going to be one."""

    id: UUID
    order: OrderView | None


def answer_of(checkout: Checkout) -> CheckoutAnswer:
    """Raises GoodsShortError, PaymentDeclinedError, and CheckoutInProgressError while somebody pays for it."""
    match checkout.state:
        case State.COMPLETED:
            return CheckoutAnswer(id=checkout.pk, order=view_of_order(order_id=checkout.pk))
        case State.PAYING if checkout.in_doubt:
            return CheckoutAnswer(id=checkout.pk, order=None)
        case State.DECLINED | State.ABANDONED:
            raise PaymentDeclinedError(checkout.outcome)
        case State.REFUNDING | State.REFUNDED:
            raise GoodsShortError([ShortGoods(**goods) for goods in checkout.short], was_charged=True)
    raise CheckoutInProgressError
