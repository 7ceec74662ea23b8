"""One row of a file against the product as it is: what the product would become, and which cells forbid it.

Only cells that differ are looked at: whatever the database holds may stay, even where a rule has come since.
A new product needs name, brand, category and regular_amount; all else has a value of its own when it is left out.

Invariant: every broken cell of a row is named, once, whatever else is broken. A rule over several cells is left out
where one that it judges by is unknown: attributes by their category, an amount by the regular one, and by the SKU
whether a product is new. Proved by tests/integration/test_csv_every_cell.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from catalog.csv.pricing import Problem, priced
from catalog.csv.product_row import COLUMNS, KEY, PRICE_COLUMNS, ProductRow, json_of, texts_of
from catalog.csv.values import READERS
from catalog.models import Category
from catalog.models.attribute_schema import validate_attributes

NEEDED: Final = ("name", "brand", "category", "regular_amount")
LONGEST_SLUG: Final = 140
_NEW: Final = ProductRow(0, "", "", "", "", "", "", {}, True, False, None, None, None, None)
# What an empty cell of a new product stands for: the same as no cell.
_OPTIONAL: Final = ("slug", "is_published", "is_featured", "regular_amount", "currency")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a row needs to know of a category."""

    id: int
    schema: Sequence[Mapping[str, Any]]


def shelves() -> dict[str, Shelf]:
    """All categories by slug; one query."""
    rows = Category.objects.order_by().values_list("slug", "id", "attribute_schema")
    return {slug: Shelf(category_id, schema) for slug, category_id, schema in rows}


def checked(
    cells: Mapping[str, str], *, current: ProductRow | None, categories: Mapping[str, Shelf]
) -> tuple[ProductRow, list[Problem]]:
    """The product as the row wants it, and what is wrong with that; with problems the product means nothing."""
    given = _given(cells, current=current)
    values, problems = _read(given)
    unknown = {problem.column for problem in problems}
    if current is None:
        missing = [column for column in NEEDED if column not in given]
        if KEY not in unknown:
            problems += [Problem(column, "No product has this SKU, and a new one needs this.") for column in missing]
        unknown.update(missing)
    wanted = (current or _NEW)._replace(**values)
    if current is None and not wanted.slug:
        wanted = wanted._replace(slug=slugify(wanted.name)[:LONGEST_SLUG] or "product")
    problems += _place_problems(wanted, current=current, categories=categories, unknown=unknown)
    wanted, price_problems = priced(wanted, current=current, given=values, unknown=unknown)
    return wanted, sorted(problems + price_problems, key=lambda one: COLUMNS.index(one.column))


def same_price(one: ProductRow, other: ProductRow) -> bool:
    return all(getattr(one, column) == getattr(other, column) for column in PRICE_COLUMNS)


def same_product(one: ProductRow, other: ProductRow) -> bool:
    """Prices apart."""
    return (one[:7], one.is_published, one.is_featured) == (other[:7], other.is_published, other.is_featured) and (
        json_of(one.attributes) == json_of(other.attributes)
    )


def _given(cells: Mapping[str, str], *, current: ProductRow | None) -> dict[str, str]:
    """The cells that say something."""
    if current is None:
        return {column: text for column, text in cells.items() if text.strip() or column not in _OPTIONAL}
    as_it_is = texts_of(current)
    return {column: text for column, text in cells.items() if text != as_it_is[column]}


def _read(given: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of the cells that are right by themselves, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, text in given.items():
        try:
            values[column] = READERS[column](text)
        except ValidationError as error:
            problems.append(Problem(column, " ".join(error.messages)))
    return values, problems


def _place_problems(
    wanted: ProductRow, *, current: ProductRow | None, categories: Mapping[str, Shelf], unknown: Collection[str]
) -> list[Problem]:
    if "category" in unknown:
        return []
    moved = current is None or wanted.category != current.category
    described = current is None or json_of(wanted.attributes) != json_of(current.attributes)
    if moved and wanted.category not in categories:
        return [Problem("category", "There is no category with this slug.")]
    if "attributes" not in unknown and (moved or described):
        try:
            validate_attributes(wanted.attributes, schema=categories[wanted.category].schema)
        except ValidationError as error:
            return [Problem("attributes" if described else "category", " ".join(error.messages))]
    return []
