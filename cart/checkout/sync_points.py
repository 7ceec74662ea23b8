"""Where a test may stop, or kill, whoever is checking out. In the shop nothing happens here.

Each name says what has just been done. Those marked * are inside a transaction, which a kill rolls back.
Proved by tests/failures/test_checkout_killed.py, which kills a process at each of them.
"""

from enum import StrEnum


class Point(StrEnum):
    RECORDED = "recorded"  # * the checkout's row is there
    PRICED = "priced"  # * the cart is locked and its goods are priced
    RESERVED = "reserved"  # * the goods are held
    PAYING = "paying"  # committed: from here on the sweeper knows of it
    CHARGED = "charged"  # the provider has answered
    CONCLUDING = "concluding"  # * the checkout's row is locked again
    ORDERED = "ordered"  # * the order is written
    EMPTIED = "emptied"  # * the ordered goods have left the cart
    SOLD = "sold"  # * the hold has become a sale
    CONCLUDED = "concluded"  # committed: an order, or a refusal
    REFUNDED = "refunded"  # the provider has given the money back; our rows do not say so yet


def _go_on(point: Point) -> None:
    pass


hook = _go_on


def reached(point: Point) -> None:
    hook(point)
