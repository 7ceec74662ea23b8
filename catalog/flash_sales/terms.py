"""What a sale is made of: its name, what it takes off, when, and of which products."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection

from catalog.models.text import plain_text

# One transaction writes the prices of a whole sale: docs/flash-sales.md has its times.
MOST_PRODUCTS: Final = 100_000
LONGEST_NAME: Final = 80
LEAST_PERCENT: Final = 1
MOST_PERCENT: Final = 99
LARGEST_AMOUNT: Final = Decimal("99999999.99")
LONGEST: Final = timedelta(days=366)
LARGEST_ID: Final = 2**63 - 1

_FOUND: Final = "SELECT count(*), clock_timestamp() FROM catalog_product WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`items` maps product ids to prices of their own, or to None where `percent_off` decides.

    Without `starts_at` it is started by hand, without `ends_at` it is ended by hand. Raises ValidationError, by field.
    """

    name: str
    items: Mapping[int, Decimal | None]
    percent_off: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if problems := dict(self._problems()):
            raise ValidationError({field: [problem] for field, problem in problems.items()})

    def check_against_the_shop(self) -> datetime:
        """The time by the database's clock. Raises ValidationError for products that are not there, and for times more
        than a year away or an end that has passed."""
        with connection.cursor() as cursor:
            cursor.execute(_FOUND, [list(self.items)])
            found, now = cursor.fetchone()
        if missing := len(self.items) - found:
            raise ValidationError({"product_ids": [f"{missing:,} of these products do not exist."]})
        if self.ends_at is not None and self.ends_at <= now:
            raise ValidationError({"ends_at": ["This time has passed already."]})
        for field, moment in (("starts_at", self.starts_at), ("ends_at", self.ends_at)):
            if moment is not None and abs(moment - now) > LONGEST:
                raise ValidationError({field: ["This is more than a year away."]})
        assert isinstance(now, datetime)  # noqa: S101  for the types
        return now

    def _problems(self) -> Iterator[tuple[str, str]]:
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            yield "name", f"Give a name of at most {LONGEST_NAME} characters."
        else:
            try:
                plain_text(self.name)
            except ValidationError as error:
                yield "name", error.messages[0]
        if not self.items:
            yield "product_ids", "Choose at least one product."
        elif len(self.items) > MOST_PRODUCTS:
            yield "product_ids", f"A sale has at most {MOST_PRODUCTS:,} products."
        elif not all(0 < product_id <= LARGEST_ID for product_id in self.items):
            yield "product_ids", "There is no product with such a number."
        if self.percent_off is not None and not _has_two_decimals(self.percent_off, LEAST_PERCENT, MOST_PERCENT):
            yield "percent_off", f"Give {LEAST_PERCENT} to {MOST_PERCENT}, with at most two decimals."
        amounts = self.items.values()
        if self.percent_off is None and None in amounts:
            yield "percent_off", "Give a percentage, or a price for every product."
        if not all(amount is None or _has_two_decimals(amount, 0, LARGEST_AMOUNT) for amount in amounts):
            yield "items", "A price is 0 or more, with at most two decimals."
        for field, moment in (("starts_at", self.starts_at), ("ends_at", self.ends_at)):
            if moment is not None and moment.tzinfo is None:
                yield field, "Say in which time zone, such as 2030-06-01T12:00:00Z."
                return
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            yield "ends_at", "A sale ends after it has started."


def _has_two_decimals(number: Decimal, least: int, most: int | Decimal) -> bool:
    return number.is_finite() and least <= number <= most and number == round(number, 2)
