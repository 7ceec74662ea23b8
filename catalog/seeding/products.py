"""Product number i of a seed: the same for ever, and nobody else's business.

Invariants: product i depends on (seed, i) alone, so a shop grown from 1,000 to 5,000 equals one seeded with 5,000, and
any part can be made without what comes before it; no two products have the same name. Times are in the past, fixed.
Proved by tests/unit/test_catalog_seeding.py.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from math import gcd
from random import Random

from django.utils.text import slugify

from catalog.seeding.grammar import ORGANIC, Good, Shelf
from catalog.seeding.groceries import read_groceries
from catalog.seeding.opinions import Opinion, opinions
from catalog.snapshots import AttributeValue

OPENING = datetime(2023, 3, 1, 6, tzinfo=UTC)
GOODS_PER_SLOT = 40
SALES = 0.12
UNPUBLISHED = 0.01
FEATURED_EVERY = 97
REDUCTIONS = (10, 15, 20, 25, 30, 33, 50)
GOLDEN = 0.6180339887


@dataclass(frozen=True, slots=True)
class SeededProduct:
    """A product with its price and reviews, not yet in any database."""

    sku: str
    slug: str
    name: str
    brand: str
    shelf: str
    description: str
    attributes: dict[str, AttributeValue]
    is_published: bool
    is_featured: bool
    created_at: datetime
    regular_amount: Decimal
    amount: Decimal
    reviews: list[Opinion]


class Generator:
    """Makes the products of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def product(self, number: int) -> SeededProduct:
        """The product with this number; the first is 1."""
        shelf, good, pack = self._good(number - 1)
        random = Random(f"{self._seed}/{number}")  # noqa: S311  goods, not secrets
        name = f"{_called(good)}, {good.size.text}" + (f" (pack of {pack})" if pack > 1 else "")
        regular = _price(random, good, pack)
        on_sale = random.random() < SALES
        created_at = OPENING + timedelta(seconds=random.randrange(63_072_000))
        thing = good.item.noun.lower()
        return SeededProduct(
            sku=sku_of(number),
            slug=slugify(name),
            name=name,
            brand=good.brand.name,
            shelf=shelf.name,
            description=" ".join((random.choice(good.item.about), random.choice(shelf.serving), good.brand.story)),
            attributes=_attributes(random, shelf, good, pack),
            is_published=random.random() >= UNPUBLISHED,
            is_featured=number % FEATURED_EVERY == 0,
            created_at=created_at,
            regular_amount=regular,
            amount=_reduced(regular, random.choice(REDUCTIONS)) if on_sale else regular,
            reviews=opinions(random, thing=thing, brand=good.brand.name, tone=shelf.tone, since=created_at),
        )

    def opinions_on(self, number: int, *, random: Random, since: datetime) -> list[Opinion]:
        """More of what people say about the product with this number."""
        shelf, good, _ = self._good(number - 1)
        return opinions(random, thing=good.item.noun.lower(), brand=good.brand.name, tone=shelf.tone, since=since)

    def _good(self, index: int) -> tuple[Shelf, Good, int]:
        """Which good has this index, and how many of it are in a pack. Shelves come up as often as they have goods.

        Each shelf is walked in a jumbled order that meets every good once (a step without a divisor in common with
        their number); then it begins again with larger packs.
        """
        round_, place = divmod(index, len(self._slots))
        shelf, turn, turns = self._slots[place]
        lap, step = divmod(round_ * turns + turn, len(shelf.goods))
        stride, start = self._walks[shelf.name]
        good = shelf.goods[(start + step * stride) % len(shelf.goods)]
        return shelf, good, lap + 1 if lap < 4 else 2 * (lap - 1)

    @cached_property
    def _slots(self) -> list[tuple[Shelf, int, int]]:
        """A round of the shop: which shelf, its how-manieth turn in the round, and how many turns it has."""
        slots = []
        for department in read_groceries():
            for shelf in department.shelves:
                turns = max(2, round(len(shelf.goods) / GOODS_PER_SLOT))
                slots += [(shelf, turn, turns) for turn in range(turns)]
        Random(f"{self._seed}/shelves").shuffle(slots)  # noqa: S311  goods, not secrets
        return slots

    @cached_property
    def _walks(self) -> dict[str, tuple[int, int]]:
        walks = {}
        for shelf, _, _ in self._slots:
            count = len(shelf.goods)
            stride = int(count * GOLDEN)
            while gcd(stride, count) != 1:
                stride += 1
            walks[shelf.name] = stride, Random(f"{self._seed}/{shelf.name}").randrange(count)  # noqa: S311
        return walks


def sku_of(number: int) -> str:
    return f"LRD-{number:07d}"


def _called(good: Good) -> str:
    return " ".join(word for word in (good.brand.name, good.range.word, good.item.called(good.kind)) if word)


def _price(random: Random, good: Good, pack: int) -> Decimal:
    """Larger sizes and packs cost less by the gram. Prices end in 5 or 9, as they do in shops; 0.29 at least."""
    quantity = good.size.amount / good.item.sizes[0].amount if good.size.measure == good.item.sizes[0].measure else 1.2
    base = random.uniform(good.item.low, good.item.high) * good.brand.level * good.range.level
    cents = max(29, 5 * round(20 * base * quantity**0.88 * pack**0.95))
    return Decimal(cents - 1 if cents % 10 == 0 else cents) / 100


def _reduced(regular: Decimal, percent: int) -> Decimal:
    return (regular * (100 - percent) / 100).quantize(Decimal("0.01"))


def _attributes(random: Random, shelf: Shelf, good: Good, pack: int) -> dict[str, AttributeValue]:
    amount = good.size.amount * pack
    attributes: dict[str, AttributeValue] = {
        good.size.measure: round(amount),
        "origin": random.choice(shelf.origins),
    }
    if shelf.tone != "home":
        attributes["storage"] = shelf.storage
    if ORGANIC in shelf.ranges:
        attributes["organic"] = good.range is ORGANIC
    if good.item.allergens:
        attributes["allergens"] = good.item.allergens
    attributes.update({key: random.choice(choices) for key, choices in shelf.extras})
    attributes.update(good.item.traits)
    return attributes
