"""Where a reckoned price lands: on a cent, or on the nearest price whose last digit is 5 or 9."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

CENT: Final = Decimal("0.01")
STEP: Final = Decimal("0.10")


class Rounding(StrEnum):
    CENTS = "cents"
    FIVE = "five"
    NINE = "nine"

    @property
    def ending(self) -> Decimal:
        return {"five": Decimal("0.05"), "nine": Decimal("0.09")}.get(self, Decimal())


def rounded(amount: Decimal, *, to: Rounding) -> Decimal:
    """The nearest such price to an amount of 0 or more, and the lower one of two that are as near.

    A larger amount never gets a lower price, so a reduced price stays at most the regular one.
    """
    if to is Rounding.CENTS:
        return amount.quantize(CENT, ROUND_HALF_UP)
    lower = ((amount - to.ending) / STEP).to_integral_value(ROUND_FLOOR) * STEP + to.ending
    higher = lower + STEP
    nearest = lower if lower >= 0 and amount - lower <= higher - amount else higher
    return nearest.quantize(CENT)
