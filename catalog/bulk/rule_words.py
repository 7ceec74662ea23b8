"""A rule in words, from what a plan keeps of it: for the preview, and for whoever looks at an old plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from catalog.bulk.price_rule import Kind
from catalog.bulk.rounding import Rounding

_SENTENCES: Final = {
    Kind.RAISE_PERCENT: "Raise by {value}%",
    Kind.LOWER_PERCENT: "Lower by {value}%",
    Kind.RAISE_AMOUNT: "Raise by {value}",
    Kind.LOWER_AMOUNT: "Lower by {value}",
    Kind.SET_REGULAR: "Set the regular price to {value}",
    Kind.SALE_PERCENT: "Reduce by {value}% of the regular price",
    Kind.SALE_AMOUNT: "Reduce by {value} off the regular price",
    Kind.SALE_PRICE: "Reduce to {value}",
    Kind.END_SALE: "End the reduction",
}
_ENDINGS: Final = {Rounding.FIVE: "to prices that end in 5", Rounding.NINE: "to prices that end in 9"}


def in_words(rule: Mapping[str, str]) -> str:
    """Such as “Lower by 10%, rounded to prices that end in 9, never below 1.00”; nothing for no rule."""
    if not rule:
        return ""
    kind = Kind(rule["kind"])
    parts = [_SENTENCES[kind].format(value=rule["value"])]
    if kind.is_reckoned:
        if ending := _ENDINGS.get(Rounding(rule["rounding"])):
            parts.append(f"rounded {ending}")
        if rule["floor"]:
            parts.append(f"never below {rule['floor']}")
    if rule["ends_at"]:
        parts.append(f"until {datetime.fromisoformat(rule['ends_at']):%Y-%m-%d %H:%M}")
    return ", ".join(parts)
