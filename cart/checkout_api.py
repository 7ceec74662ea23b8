"""Checkout and orders in JSON: one call inward each. Whose cart and whose orders, the session cookie says."""

from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.views.decorators.cache import cache_control
from ninja import Field, Header, Router, Schema, Status
from pydantic import SecretStr

from cart.checkout import CheckoutRequest, check_out
from cart.order_schemas import OrderOut, PendingOut, order_out
from cart.orders import get_order
from cart.visitors import cart_id_of, owner_of

router = Router(tags=["checkout"])
# One person's answers are nobody else's, and are kept by no browser or proxy.
router.add_decorator(cache_control(private=True, no_store=True), mode="view")

# What the operation calls these fields, and where they stand in the body.
OF_PAYMENT: Final = {"card": "payment.card", "expires": "payment.expires"}


class PaymentIn(Schema):
    """The number is neither stored nor logged."""

    card: SecretStr = Field(description="12 to 19 digits; spaces and hyphens between them do no harm.")
    expires: str = Field(default="", max_length=10, description="MM/YY, or nothing.", examples=["12/30"])


class CheckoutIn(Schema):
    """What can be wrong with each part is said together, in `where`."""

    email: str = Field(description="At most 254 characters.", examples=["ann@example.org"])
    name: str = Field(description="At most 120 characters.")
    address: str = Field(description="At most 500 characters; line breaks are kept.")
    payment: PaymentIn
    expected_total: Decimal | None = Field(
        default=None, max_digits=14, decimal_places=2, ge=0, description="What the shopper saw; refused if it differs."
    )


Key = Annotated[str, Header(alias="Idempotency-Key", description="1 to 200 printable ASCII characters.")]


@router.post(
    "/checkout",
    response={201: OrderOut, 202: PendingOut},
    url_name="checkout",
    summary="Buy what is in the cart",
)
def checkout(request: HttpRequest, body: CheckoutIn, key: Key = "") -> Status[OrderOut] | Status[PendingOut]:
    """The same key and body answer the same order, and are paid once. 202: the payment is in doubt, look it up."""
    cart_id = cart_id_of(request)
    owner = owner_of(request, make=cart_id is not None)
    try:
        answer = check_out(owner=owner, cart_id=cart_id, key=key, request=_asked(body))
    except ValidationError as error:
        raise ValidationError(
            {OF_PAYMENT.get(name, name): said for name, said in error.message_dict.items()}
        ) from error
    if answer.order is None:
        return Status(202, PendingOut(id=answer.id))
    return Status(201, order_out(answer.order))


def _asked(body: CheckoutIn) -> CheckoutRequest:
    return CheckoutRequest(
        email=body.email,
        name=body.name,
        address=body.address,
        card=body.payment.card.get_secret_value(),
        expires=body.payment.expires,
        expected_total=body.expected_total,
    )


@router.get("/orders/{uuid:order_id}", response=OrderOut, url_name="order", summary="One order of one's own")
def order(request: HttpRequest, order_id: UUID) -> OrderOut:
    """Also a checkout whose payment is pending, or has failed. Somebody else's is not found."""
    found = get_order(order_id=order_id, owner=owner_of(request))
    if found is None:
        raise Http404
    return order_out(found)
