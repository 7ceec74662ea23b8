"""What staff do to stock by hand: each writes the ledger by an operation, and the history with who it was."""

from inventory.staff.by_hand import ByHand, MovedMeanwhileError, move_by_hand, newest_by_hand
from inventory.staff.product_names import name_products_by, names_of
from inventory.staff.releasing import release_by_hand

__all__ = [
    "ByHand",
    "MovedMeanwhileError",
    "move_by_hand",
    "name_products_by",
    "names_of",
    "newest_by_hand",
    "release_by_hand",
]
