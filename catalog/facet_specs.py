"""Which attributes a list can be narrowed by: those with a known set of values, that most of its shelves share."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalog.snapshots import AttributeSpec, CategorySnapshot, CategoryTreeSnapshot

FLAG_LABELS: Final = {"true": "Yes", "false": "No"}


def shared_specs(tree: CategoryTreeSnapshot, category: CategorySnapshot | None) -> tuple[AttributeSpec, ...]:
    """The attributes by which a category can be narrowed; choices of several shelves are put together."""
    if category is not None and not tree.children_of(category.id):
        return tuple(spec for spec in category.attribute_schema if spec.kind in ("choice", "flag"))
    below = tree.descendant_ids(category.id) if category else frozenset(one.id for one in tree.categories)
    shelves = [one for one in tree.categories if one.id in below and one.attribute_schema]
    found: dict[str, AttributeSpec] = {}
    shared: Counter[str] = Counter()
    for spec in _narrowing(shelves):
        known = found.setdefault(spec.key, spec)
        if known.kind == spec.kind:
            shared[spec.key] += 1
            choices = sorted({*known.choices, *spec.choices})
            found[spec.key] = replace(known, choices=tuple(choices))
    return tuple(spec for key, spec in found.items() if 2 * shared[key] > len(shelves))


def spec_values(spec: AttributeSpec) -> list[tuple[str, str]]:
    """The values of a facet, as they stand in an address and as people read them."""
    if spec.kind == "flag":
        return list(FLAG_LABELS.items())
    return [(choice, f"{choice} {spec.unit}".strip()) for choice in spec.choices]


def _narrowing(shelves: list[CategorySnapshot]) -> Iterator[AttributeSpec]:
    for shelf in shelves:
        yield from (spec for spec in shelf.attribute_schema if spec.kind in ("choice", "flag"))
