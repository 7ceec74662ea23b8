"""Reads the words of the grammar: `words/*.toml`, one department a file, in the order of the file names.

In those files, choices are texts parted by "|"; an empty part is a choice too ("|Seeded" is plain or seeded).
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from catalog.seeding.grammar import RANGES, Brand, Department, Item, Shelf, Size

_WORDS = Path(__file__).parent / "words"


@cache
def read_groceries() -> tuple[Department, ...]:
    """All departments."""
    return tuple(_department(tomllib.loads(file.read_text("utf-8"))) for file in sorted(_WORDS.glob("*.toml")))


def _department(words: dict[str, Any]) -> Department:
    shelves = tuple(_shelf(shelf, makers=words["brands"]) for shelf in words["shelves"])
    return Department(words["name"], words["description"], shelves)


def _shelf(words: dict[str, Any], *, makers: list[dict[str, Any]]) -> Shelf:
    return Shelf(
        name=words["name"],
        description=words["description"],
        brands=tuple(Brand(**brand) for brand in words.get("brands", makers)),
        ranges=RANGES[words.get("ranges", "food")],
        items=tuple(_item(item) for item in words["items"]),
        serving=_choices(words["serving"]),
        origins=_choices(words["origins"]),
        storage=words.get("storage", "Cupboard"),
        extras=tuple((key, _choices(choices)) for key, choices in words.get("extras", {}).items()),
        tone=words.get("tone", "food"),
    )


def _item(words: dict[str, Any]) -> Item:
    low, high = words["price"]
    return Item(
        noun=words["noun"],
        kinds=_choices(words["kinds"]),
        sizes=tuple(Size.parse(text) for text in _choices(words["sizes"])),
        low=low,
        high=high,
        about=_choices(words["about"]),
        allergens=words.get("allergens", ""),
        traits=tuple(words.get("traits", {}).items()),
        organic=words.get("organic", True),
    )


def _choices(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))
