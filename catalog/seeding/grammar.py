"""What a shelf is made of. The words are in `words/`, one file a department; `read_groceries` gives them this form.

A product's name is brand, range, kind, noun and size: "Hollowfield Organic Braeburn Apples, 1 kg". Kinds and sizes
belong to a noun, makers to a department or a shelf, so no draw can put together what no shop would sell.
"""

import re
from dataclasses import dataclass
from itertools import product

from django.utils.functional import cached_property

_SIZE = re.compile(r"(?:(\d+) \N{MULTIPLICATION SIGN} )?(\d+(?:\.\d+)?) ([a-z]+)")
_MEASURES = {"g": ("weight", 1), "kg": ("weight", 1000), "ml": ("volume", 1), "l": ("volume", 1000)}


@dataclass(frozen=True, slots=True)
class Brand:
    """A maker who does not exist. `level` is its prices against the others' (1.0)."""

    name: str
    level: float
    story: str


@dataclass(frozen=True, slots=True)
class Range:
    """A line within a brand: its word in the name, and its prices against the plain line's (1.0)."""

    word: str
    level: float


PLAIN = Range("", 1.0)
ORGANIC = Range("Organic", 1.35)
EVERYDAY = Range("Everyday", 0.8)
SELECT = Range("Select", 1.5)
RANGES = {
    "food": (PLAIN, ORGANIC, EVERYDAY, SELECT),
    "wild": (PLAIN, EVERYDAY, SELECT),
    "home": (PLAIN, EVERYDAY),
    "plain": (PLAIN,),
}


@dataclass(frozen=True, slots=True)
class Size:
    """`text` is what the label says; `amount` of the `measure` (weight in g, volume in ml, or pieces) is inside."""

    text: str
    measure: str
    amount: float

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Read "500 g", "1.5 l", six times "330 ml" or "12 pack". Raises ValueError for anything else."""
        found = _SIZE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no size.")
        count, number, unit = found.groups()
        measure, factor = _MEASURES.get(unit, ("pieces", 1))
        return cls(text, measure, float(number) * factor * int(count or 1))


@dataclass(frozen=True, slots=True)
class Item:
    """Something a shelf sells, in all its kinds and sizes. `low` to `high` is the price of the first size, in euros.

    A kind that begins with ~ follows the noun: "~in Brine" makes "Tuna in Brine".
    """

    noun: str
    kinds: tuple[str, ...]
    sizes: tuple[Size, ...]
    low: float
    high: float
    about: tuple[str, ...]
    allergens: str
    traits: tuple[tuple[str, str], ...]
    organic: bool

    def called(self, kind: str) -> str:
        """The noun in one of its kinds."""
        return f"{self.noun} {kind[1:]}" if kind.startswith("~") else f"{kind} {self.noun}".strip()


@dataclass(frozen=True, slots=True)
class Good:
    """One thing that a shop can sell: a shelf's item, of one kind and size, by one maker, in one of its ranges."""

    brand: Brand
    range: Range
    item: Item
    kind: str
    size: Size


@dataclass(frozen=True)
class Shelf:
    """A leaf category. `extras` are attributes that any of its products has, and the choices for each."""

    name: str
    description: str
    brands: tuple[Brand, ...]
    ranges: tuple[Range, ...]
    items: tuple[Item, ...]
    serving: tuple[str, ...]
    origins: tuple[str, ...]
    storage: str
    extras: tuple[tuple[str, tuple[str, ...]], ...]
    tone: str

    @cached_property
    def goods(self) -> tuple[Good, ...]:
        """Everything that this shelf can hold, always in the same order."""
        return tuple(
            Good(brand, line, item, kind, size)
            for brand, line, item in product(self.brands, self.ranges, self.items)
            if item.organic or line is not ORGANIC
            for kind, size in product(item.kinds, item.sizes)
        )


@dataclass(frozen=True, slots=True)
class Department:
    """A category at the top, with the shelves inside."""

    name: str
    description: str
    shelves: tuple[Shelf, ...]
