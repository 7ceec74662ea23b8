"""Whether what somebody typed can be a card at all, before any bank is asked."""

import re
from datetime import date
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s-]")
_NUMBER: Final = re.compile(r"[0-9]{12,19}")
_EXPIRES: Final = re.compile(r"(0[1-9]|1[0-2])\s*/\s*([0-9]{2})")
_CENTURY: Final = 2000


class InvalidCardError(ValueError):
    """No card has this number, or it has run out; `field` is `card` or `expires`. It never repeats the number."""

    def __init__(self, problem: str, *, field: str) -> None:
        super().__init__(problem)
        self.field = field


def card_number(typed: str) -> str:
    """The digits of a card, without what people write between them. Raises InvalidCardError."""
    number = _SEPARATORS.sub("", typed)
    if not _NUMBER.fullmatch(number):
        raise InvalidCardError("A card number has 12 to 19 digits.", field="card")
    if not _passes_luhn(number):
        raise InvalidCardError("This is not a card number: there is a typing error in it.", field="card")
    return number


def check_expiry(typed: str, *, today: date) -> None:
    """A card is good until the end of the month that is printed on it, MM/YY. Raises InvalidCardError."""
    found = _EXPIRES.fullmatch(typed.strip())
    if found is None:
        raise InvalidCardError("Write when the card expires as MM/YY.", field="expires")
    month, year = int(found[1]), int(found[2]) + _CENTURY
    if (year, month) < (today.year, today.month):
        raise InvalidCardError("This card has expired.", field="expires")


def _passes_luhn(number: str) -> bool:
    """Every second digit from the right counts double, its own digits added up; the sum ends in 0 (ISO/IEC 7812)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
