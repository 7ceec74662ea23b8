"""What an operation can be asked for at all."""

from collections.abc import Mapping
from typing import Final
from unicodedata import category

from django.core.exceptions import ValidationError

from inventory.models.movement import LONGEST_REASON

LARGEST_ID: Final = 2**63 - 1
LARGEST_QUANTITY: Final = 1_000_000
# Products of one reservation.
MOST_PRODUCTS: Final = 500
# Unicode's kinds of characters that nobody sees: controls, marks of format, and spaces.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def check_product(product_id: int) -> None:
    """Raise ValidationError for what can't be a product's id."""
    if not _is_whole(product_id) or not 0 < product_id <= LARGEST_ID:
        raise ValidationError({"product_id": "This can't be the id of a product."})


def check_quantity(quantity: int, *, field: str = "quantity") -> None:
    """Raise ValidationError, unless it is a whole number from 1 to 1,000,000."""
    if not _is_whole(quantity) or not 1 <= quantity <= LARGEST_QUANTITY:
        raise ValidationError({field: f"A whole number from 1 to {LARGEST_QUANTITY:,}."})


def check_change(change: int) -> None:
    """Raise ValidationError, unless it is a whole number of at most a million either way, and not 0."""
    if not _is_whole(change) or not 1 <= abs(change) <= LARGEST_QUANTITY:
        raise ValidationError({"change": f"A whole number other than 0, at most {LARGEST_QUANTITY:,} up or down."})


def check_reason(reason: str) -> None:
    """Raise ValidationError where nobody could tell later why it was done."""
    if all(category(character) in INVISIBLE for character in reason):
        raise ValidationError({"reason": "Say why: the ledger keeps it."})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"At most {LONGEST_REASON} characters."})
    if "\x00" in reason:
        raise ValidationError({"reason": "Null characters are not allowed."})


def check_quantities(quantities: Mapping[int, int]) -> None:
    """Raise ValidationError for what can't be reserved by one reservation."""
    if not 1 <= len(quantities) <= MOST_PRODUCTS:
        raise ValidationError({"quantities": f"From 1 to {MOST_PRODUCTS} products."})
    for product_id, quantity in quantities.items():
        check_product(product_id)
        check_quantity(quantity, field="quantities")


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
