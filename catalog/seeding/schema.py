"""Which attributes the products of a shelf have, as a category's attribute schema."""

from typing import Any

from catalog.seeding.grammar import ORGANIC, Shelf

_LABELS = {
    "catch": "Catch",
    "flour": "Flour",
    "grain": "Grain",
    "milk": "Milk",
    "roast": "Roast",
    "scent": "Scent",
    "sliced": "Cut",
}
_MEASURES = {"weight": ("Weight", "g"), "volume": ("Volume", "ml"), "pieces": ("Pieces", "")}


def attribute_schema(shelf: Shelf) -> list[dict[str, Any]]:
    """The specifications, in the order in which a page shows them."""
    measures = {size.measure for item in shelf.items for size in item.sizes}
    schema = [_spec(key, *_MEASURES[key], kind="number") for key in _MEASURES if key in measures]
    schema.append(_spec("origin", "Origin", choices=sorted(shelf.origins)))
    if shelf.tone != "home":
        schema.append(_spec("storage", "Storage", choices=[shelf.storage]))
    if ORGANIC in shelf.ranges:
        schema.append(_spec("organic", "Organic", kind="flag"))
    if any(item.allergens for item in shelf.items):
        schema.append(_spec("allergens", "Allergens", kind="text"))
    traits: dict[str, set[str]] = {key: set(choices) for key, choices in shelf.extras}
    for item in shelf.items:
        for key, value in item.traits:
            traits.setdefault(key, set()).add(value)
    return schema + [_spec(key, _LABELS[key], choices=sorted(choices)) for key, choices in traits.items()]


def _spec(
    key: str, label: str, unit: str = "", *, kind: str = "choice", choices: list[str] | None = None
) -> dict[str, Any]:
    return {"key": key, "label": label, "kind": kind, "unit": unit, "choices": choices or []}
