"""The key that names a checkout, and what makes two requests the same.

Two requests are the same if they say the same. Of the card only the last four digits are compared, so that nothing that
is stored follows from its number. The hash is keyed with the shop's secret: who reads the table can't guess bodies.
"""

import json
import re
from typing import Final

from django.db.models import Q
from django.utils.crypto import salted_hmac

from cart.checkout.refusals import KeyInvalidError, KeyMissingError, KeyReusedError
from cart.checkout.request import CheckoutRequest
from cart.models import Checkout
from cart.models.checkout import LONGEST_KEY
from cart.owner import Owner

_KEY: Final = re.compile(rf"[ -~]{{1,{LONGEST_KEY}}}")


def check_key(key: str) -> None:
    """Raise KeyMissingError or KeyInvalidError."""
    if not key.strip():
        raise KeyMissingError
    if not _KEY.fullmatch(key):
        raise KeyInvalidError


def body_hash(request: CheckoutRequest) -> str:
    total = request.expected_total
    body = {
        "email": request.email,
        "name": request.name,
        "address": request.address,
        "card": request.card[-4:],
        "expires": request.expires,
        "expected_total": None if total is None else f"{total:.2f}",
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return salted_hmac("cart.checkout.body", text, algorithm="sha256").hexdigest()


def find_checkout(*, owner: Owner, key: str, body: str, lock: bool = False) -> Checkout | None:
    """The checkout that the owner has named so. Raises KeyReusedError if it was another request."""
    checkouts = Checkout.objects.select_for_update(no_key=True) if lock else Checkout.objects.all()
    is_owners = Q(user__isnull=True, guest=owner.guest) if owner.user_id is None else Q(user_id=owner.user_id)
    found = checkouts.filter(is_owners, key=key).first()
    if found is not None and found.body_hash != body:
        raise KeyReusedError
    return found
