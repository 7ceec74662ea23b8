"""Why a checkout is not, or not yet, an order. Each has a code for programs; `more` is what they may want to know."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

REASONS: Final = {
    "card_declined": "The bank declined the card.",
    "expired_card": "The bank says that the card has expired.",
    "insufficient_funds": "The bank says that there is not enough money on the card.",
    "not_made": "The payment was not made in time, and now never will be: nothing was charged.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortGoods:
    """One product of which there is too little; `available` is 0 for one that is no longer sold."""

    product_id: int
    name: str
    wanted: int
    available: int

    @property
    def in_words(self) -> str:
        left = f"only {self.available} left" if self.available else "sold out"
        return f"{self.name}: {self.wanted} wanted, {left}"


class CheckoutRefusedError(Exception):
    """The base of all refusals. Unless said otherwise nothing was charged, and the key is free."""

    code: ClassVar[str]

    @property
    def more(self) -> Mapping[str, Any]:
        return {}


class KeyMissingError(CheckoutRefusedError):
    code = "idempotency_key_missing"

    def __init__(self) -> None:
        super().__init__("Name your checkout in an Idempotency-Key, so that it can be repeated without paying twice.")


class KeyInvalidError(CheckoutRefusedError):
    code = "idempotency_key_invalid"

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key has 1 to 200 printable ASCII characters.")


class KeyReusedError(CheckoutRefusedError):
    """The key belongs to another request; what came of that one stands."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Nothing was done: take a new key.")


class CheckoutInProgressError(CheckoutRefusedError):
    """The same checkout, or another one of the same cart, is being paid at this moment."""

    code = "checkout_in_progress"

    def __init__(self) -> None:
        super().__init__("This cart is being paid at this moment. Ask again in a few seconds, with the same key.")


class CartEmptyError(CheckoutRefusedError):
    code = "cart_empty"

    def __init__(self) -> None:
        super().__init__("There is nothing in the cart.")


class TotalTooLargeError(CheckoutRefusedError):
    """No payment is that large; carts that have merged can be."""

    code = "total_too_large"

    def __init__(self, *, total: Decimal, most: Decimal, currency: str) -> None:
        super().__init__(f"The goods cost {total:,} {currency}, and {most:,} is the most at once. Nothing was charged.")


class PriceChangedError(CheckoutRefusedError):
    code = "price_changed"

    def __init__(self, *, expected_total: Decimal, total: Decimal, currency: str) -> None:
        self.expected_total, self.total, self.currency = expected_total, total, currency
        super().__init__(f"The goods cost {total} {currency} by now, not {expected_total:.2f}. Nothing was charged.")

    @property
    def more(self) -> Mapping[str, Any]:
        return {"expected_total": f"{self.expected_total:.2f}", "total": f"{self.total:.2f}", "currency": self.currency}


class GoodsShortError(CheckoutRefusedError):
    """`was_charged`: the goods ran out while the payment was in doubt, and the money goes back; the key is used up."""

    code = "out_of_stock"

    def __init__(self, short: Sequence[ShortGoods], *, was_charged: bool = False) -> None:
        self.short, self.was_charged = tuple(short), was_charged
        money = "What was charged is given back." if was_charged else "Nothing was charged."
        super().__init__(f"{'; '.join(goods.in_words for goods in self.short)}. {money}")

    @property
    def more(self) -> Mapping[str, Any]:
        return {"short": [asdict(goods) for goods in self.short]}


class PaymentDeclinedError(CheckoutRefusedError):
    """Nothing was charged. The key is used up, except for the reason "not_made"; the cart is as it was."""

    code = "payment_declined"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(REASONS.get(reason, REASONS["card_declined"]))

    @property
    def more(self) -> Mapping[str, Any]:
        return {"reason": self.reason}
