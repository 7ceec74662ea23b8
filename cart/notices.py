"""What a shopper should know of a line that is not as it was when it was added."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cart.snapshots import CartLineSnapshot
from catalog.snapshots import PriceSnapshot, ProductSnapshot
from inventory.snapshots import StockSnapshot


class NoticeCode(StrEnum):
    PRICE_ROSE = "price_rose"
    PRICE_FELL = "price_fell"
    RUNS_SHORT = "runs_short"
    SOLD_OUT = "sold_out"
    WITHDRAWN = "withdrawn"
    NO_PRICE = "no_price"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is for programs, `detail` for people; `was` and `now` are the amounts of a price that moved, `left` how
    many pieces there are of what runs short."""

    code: NoticeCode
    detail: str
    was: Decimal | None = None
    now: Decimal | None = None
    left: int | None = None


def notices_of(
    line: CartLineSnapshot,
    *,
    product: ProductSnapshot | None,
    price: PriceSnapshot | None,
    stock: StockSnapshot,
    currency: str,
) -> Iterator[Notice]:
    """`currency` is that of the rest of the cart. Of what can't be bought at all, nothing else is said."""
    if product is None:
        yield Notice(NoticeCode.WITHDRAWN, "No longer sold: take it out to go on.")
        return
    if price is None:
        yield Notice(NoticeCode.NO_PRICE, "Has no price just now: take it out to go on.")
        return
    if price.currency != currency:
        yield Notice(NoticeCode.OTHER_CURRENCY, f"Is sold in {price.currency}: take it out, and order it by itself.")
    yield from _price_notices(line, price)
    if stock.available <= 0:
        yield Notice(NoticeCode.SOLD_OUT, "Sold out.", left=0)
    elif stock.available < line.quantity:
        yield Notice(NoticeCode.RUNS_SHORT, f"Only {stock.available} left.", left=stock.available)


def _price_notices(line: CartLineSnapshot, price: PriceSnapshot) -> Iterator[Notice]:
    was, now = line.price_when_added, price.amount
    if was is None or was == now or line.currency != price.currency:
        return
    words = f"{_in_words(was, price.currency)} when you added it, now {_in_words(now, price.currency)}."
    if now > was:
        yield Notice(NoticeCode.PRICE_ROSE, f"The price has risen: {words}", was=was, now=now)
    else:
        yield Notice(NoticeCode.PRICE_FELL, f"The price has fallen: {words}", was=was, now=now)


def _in_words(amount: Decimal, currency: str) -> str:
    return f"€{amount:.2f}" if currency == "EUR" else f"{amount:.2f} {currency}"
