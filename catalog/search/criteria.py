"""What a list is asked for, in one value: the words, and each filter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Values of one filter are alternatives; different filters all have to fit; an empty one lets everything through.

    `text` is what a visitor typed; `attributes` maps keys to the values wanted. Prices are in the shop's currency:
    `price_min` and `price_max` were typed, and are both included; from `price_from` to below `price_below` was chosen.
    """

    text: str = ""
    category_ids: Collection[int] = ()
    brands: Collection[str] = ()
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    price_from: Decimal | None = None
    price_below: Decimal | None = None

    @property
    def bounds_prices(self) -> bool:
        prices = (self.price_min, self.price_max, self.price_from, self.price_below)
        return any(price is not None for price in prices)

    @property
    def is_broad(self) -> bool:
        """Whether nothing is asked but to stand in some categories, or anywhere."""
        return not (self.text or self.brands or self.attributes or self.bounds_prices)

    def only_prices(self) -> "Criteria":
        return Criteria(
            price_min=self.price_min,
            price_max=self.price_max,
            price_from=self.price_from,
            price_below=self.price_below,
        )

    def without_brands(self) -> "Criteria":
        return replace(self, brands=())

    def without_attribute(self, key: str) -> "Criteria":
        return replace(self, attributes={name: wanted for name, wanted in self.attributes.items() if name != key})

    def without_price_range(self) -> "Criteria":
        """Without the range that was chosen; bounds that were typed stay."""
        return replace(self, price_from=None, price_below=None)
