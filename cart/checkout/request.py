"""What somebody says who checks out, and whether it can be right."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from unicodedata import category

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from cart.models.checkout import LONGEST_ADDRESS, LONGEST_EMAIL, LONGEST_NAME
from cart.payments.card_number import InvalidCardError, card_number, check_expiry

MOST_CHARACTERS: Final = {"email": LONGEST_EMAIL, "name": LONGEST_NAME, "address": LONGEST_ADDRESS}
# PostgreSQL stores no NUL, UTF-8 has no lone surrogates, and the other control characters have no picture.
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Unicode's kinds of characters that nobody sees: controls, marks of format, and spaces.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_LINE_BREAKS: Final = re.compile(r"[\n\r\t\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """`expires` is MM/YY or empty; `expected_total` is what the shopper saw, None to take whatever it costs."""

    email: str
    name: str
    address: str
    card: str = field(repr=False)
    expires: str = ""
    expected_total: Decimal | None = None


def checked(request: CheckoutRequest) -> CheckoutRequest:
    """The request as it is kept: texts without the space around them, the card as digits alone.

    Raises InvalidCardError where only the card is wrong, else ValidationError with a dict of messages by field. Where
    all else is right, it may be a repeated request, whose card was good when it was paid: see `check_month`.
    """
    texts = {name: getattr(request, name).strip().replace("\r\n", "\n") for name in MOST_CHARACTERS}
    problems = {name: problem for name, text in texts.items() if (problem := _problem(name, text))}
    total = request.expected_total
    if total is not None and not (total.is_finite() and total >= 0):
        problems["expected_total"] = "An amount of 0 or more."
    try:
        card = card_number(request.card)
        if request.expires.strip():
            check_expiry(request.expires, today=timezone.now().date() if problems else date.min)
    except InvalidCardError as error:
        if not problems:
            raise
        problems[error.field] = str(error)
    if problems:
        raise ValidationError({name: [problem] for name, problem in problems.items()})
    return replace(request, card=card, expires=request.expires.strip(), **texts)


def check_month(request: CheckoutRequest) -> None:
    """Raise InvalidCardError if the card's month is over: before anybody pays, not before a request is repeated."""
    if request.expires:
        check_expiry(request.expires, today=timezone.now().date())


def _problem(name: str, text: str) -> str:
    if all(category(character) in _INVISIBLE for character in text):
        return "This is needed."
    if len(text) > MOST_CHARACTERS[name]:
        return f"At most {MOST_CHARACTERS[name]} characters."
    if _UNSTORABLE.search(text) or (name != "address" and _LINE_BREAKS.search(text)):
        return "There are characters in it that can't be stored."
    if name == "email":
        try:
            validate_email(text)
        except ValidationError:
            return "This is not an email address."
    return ""
