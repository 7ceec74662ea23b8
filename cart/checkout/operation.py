"""The whole of a checkout, as pages and API call it."""

import logging
from contextlib import suppress
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from cart.checkout.answers import CheckoutAnswer, answer_of
from cart.checkout.concluding import conclude
from cart.checkout.idempotency import body_hash, check_key, find_checkout
from cart.checkout.refusals import CartEmptyError
from cart.checkout.request import CheckoutRequest, check_month, checked
from cart.checkout.settling import give_back, leave_in_doubt
from cart.checkout.starting import start
from cart.checkout.sync_points import Point, reached
from cart.checkout.waiting import awaited
from cart.models import Checkout
from cart.owner import Owner
from cart.payments import TILL, Card, PaymentInDoubtError

logger = logging.getLogger(__name__)

State = Checkout.State
# All of them: a session that was paused within a transaction hears an InternalError.
UNREACHABLE: Final = (DatabaseError, InterfaceError)


def check_out(*, owner: Owner, cart_id: int | None, key: str, request: CheckoutRequest) -> CheckoutAnswer:
    """Buy what is in the cart. The same owner, key and request give the same answer, and are paid once.

    Raises a CheckoutRefusedError that says why there is no order, ValidationError or InvalidCardError for what can't be
    right. To be called outside of transactions.
    """
    check_key(key)
    request = checked(request)
    if owner.is_nobody:
        raise CartEmptyError
    known = find_checkout(owner=owner, key=key, body=body_hash(request))
    if known is not None:
        known = awaited(known)
    if known is None or known.state == State.ABANDONED:
        check_month(request)
        if cart_id is None:
            raise CartEmptyError
        known, is_mine = start(owner=owner, cart_id=cart_id, key=key, request=request)
        if is_mine:
            return _pay(known, Card(number=request.card))
        known = awaited(known)
    return answer_of(known)


def _pay(checkout: Checkout, card: Card) -> CheckoutAnswer:
    """Once somebody may have been charged, nobody is told to try again: what fails from here on is in doubt."""
    key = checkout.payment_key
    try:
        _ask_provider(checkout, card)
        checkout.refresh_from_db()
        if checkout.state == State.REFUNDING:
            _give_back(checkout)
        return answer_of(checkout)
    except UNREACHABLE:
        logger.exception("checkout %s is left to the sweeper", checkout.pk)
        with suppress(*UNREACHABLE):
            # On another connection, if this one is broken: whoever asks again need not wait, and staff see it.
            connection.close_if_unusable_or_obsolete()
            leave_in_doubt(checkout_id=checkout.pk, key=key)
        return CheckoutAnswer(id=checkout.pk, order=None)


def _ask_provider(checkout: Checkout, card: Card) -> None:
    assert checkout.total is not None, "the database lets nobody pay without a total"  # noqa: S101
    try:
        charge = TILL.provider.charge(
            key=checkout.payment_key, amount=checkout.total, currency=checkout.currency, card=card
        )
        reached(Point.CHARGED)
        conclude(checkout_id=checkout.pk, charge=charge)
    except PaymentInDoubtError:
        leave_in_doubt(checkout_id=checkout.pk, key=checkout.payment_key)


def _give_back(checkout: Checkout) -> None:
    try:
        give_back(checkout_id=checkout.pk, key=checkout.payment_key)
    except (PaymentInDoubtError, LookupError) as error:
        logger.warning("the refund of checkout %s is left to the sweeper: %s", checkout.pk, error)
