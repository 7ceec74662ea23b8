"""What a price becomes: the arithmetic of a bulk price change, without a database.

Invariant: whatever the rule, a new price is 0 or more, at most 99,999,999.99, and its amount is at most its regular
amount; where that can't be, RefusedPriceError says why. Proved by tests/unit/test_price_rule.py.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from catalog.bulk.rounding import STEP, Rounding, rounded

LARGEST: Final = Decimal("99999999.99")
HUNDRED: Final = Decimal(100)


class Kind(StrEnum):
    RAISE_PERCENT = "raise_percent"
    LOWER_PERCENT = "lower_percent"
    RAISE_AMOUNT = "raise_amount"
    LOWER_AMOUNT = "lower_amount"
    SET_REGULAR = "set_regular"
    SALE_PERCENT = "sale_percent"
    SALE_AMOUNT = "sale_amount"
    SALE_PRICE = "sale_price"
    END_SALE = "end_sale"

    @property
    def is_sale(self) -> bool:
        """Whether it reduces what is to pay, and keeps the regular price."""
        return self in (Kind.SALE_PERCENT, Kind.SALE_AMOUNT, Kind.SALE_PRICE)

    @property
    def is_percent(self) -> bool:
        return self in (Kind.RAISE_PERCENT, Kind.LOWER_PERCENT, Kind.SALE_PERCENT)

    @property
    def is_reckoned(self) -> bool:
        """Whether rounding and floor apply: a price that was typed stays as it was typed."""
        return self not in (Kind.SET_REGULAR, Kind.SALE_PRICE, Kind.END_SALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A price, as far as a rule is concerned."""

    regular: Decimal
    amount: Decimal
    ends_at: datetime | None = None


class RefusedPriceError(ValueError):
    """The rule would give this product an impossible price; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """`floor`: no price is lowered below it; one that is there already stays. `ends_at`: the announced end of a sale.

    Raises ValueError for a percentage or an amount that makes no sense.
    """

    kind: Kind
    value: Decimal = Decimal()
    rounding: Rounding = Rounding.CENTS
    floor: Decimal | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind is not Kind.END_SALE and not 0 < self.value <= LARGEST:
            raise ValueError("Give a number above 0.")
        if self.kind in (Kind.LOWER_PERCENT, Kind.SALE_PERCENT) and self.value >= HUNDRED:
            raise ValueError("A price can be lowered by less than 100 percent.")
        if self.kind is Kind.RAISE_PERCENT and self.value > 10 * HUNDRED:
            raise ValueError("A price can be raised by at most 1,000 percent.")

    def new_price(self, old: Quote) -> Quote:
        """Raises RefusedPriceError."""
        regular, amount = self._reckoned(old)
        if regular > LARGEST:
            raise RefusedPriceError(f"{regular:,.2f} would be too large a price")
        if amount > regular:
            raise RefusedPriceError(f"the price to pay, {amount}, would be above the regular {regular}")
        if self.kind.is_sale and amount == regular:
            raise RefusedPriceError(f"nothing would be taken off the regular {regular}")
        ends_at = self.ends_at if self.kind.is_sale else old.ends_at
        return Quote(regular=regular, amount=amount, ends_at=ends_at if amount < regular else None)

    def _reckoned(self, old: Quote) -> tuple[Decimal, Decimal]:
        is_reduced = old.amount < old.regular
        match self.kind:
            case Kind.END_SALE:
                return old.regular, old.regular
            case Kind.SET_REGULAR:
                return self.value, old.amount if is_reduced else self.value
            case Kind.SALE_PRICE:
                return old.regular, self.value
            case Kind.SALE_PERCENT | Kind.SALE_AMOUNT:
                return old.regular, self._below(self._moved(old.regular), old.regular)
        regular = self._moved(old.regular)
        return regular, self._moved(old.amount) if is_reduced else regular

    def _moved(self, old: Decimal) -> Decimal:
        """An amount raised or lowered, rounded, and not lowered past the floor."""
        by = old * self.value / HUNDRED if self.kind.is_percent else self.value
        raises = self.kind in (Kind.RAISE_PERCENT, Kind.RAISE_AMOUNT)
        new = old + by if raises else old - by
        if new < 0 and self.floor is None:
            raise RefusedPriceError(f"{old} lowered by {self.value} would be below nothing")
        new = rounded(max(new, Decimal()), to=self.rounding)
        return new if self.floor is None else max(new, min(self.floor, old))

    def _below(self, new: Decimal, regular: Decimal) -> Decimal:
        """A sale's price that rounding has lifted to the regular one: the next lower of its kind, if there is one."""
        lower = new - STEP
        steps_down = new >= regular and self.rounding is not Rounding.CENTS and lower >= (self.floor or 0)
        return lower if steps_down else new
