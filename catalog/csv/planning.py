"""A whole file against the shop as it is: what would be created and changed, and every broken cell. Writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalog.csv.batches import batches
from catalog.csv.checking import Shelf, checked, same_price, same_product, shelves
from catalog.csv.pricing import Problem
from catalog.csv.product_row import KEY, ProductRow, rows_by_sku
from catalog.csv.reading import FileRow, UnreadableFileError, read_rows
from catalog.csv.report import MOST_ERRORS, CellError, Report, cell_error
from catalog.models.text import UNSTORABLE

TOO_MANY: Final = f"More than {MOST_ERRORS:,} cells are wrong; these are the first."


@dataclass(slots=True)
class Plan:
    """`created` and `changed` hold the rows of the file that are good and would write something, the latter by id."""

    created: list[FileRow] = field(default_factory=list)
    changed: dict[int, FileRow] = field(default_factory=dict)
    unchanged: int = 0
    broken: int = 0
    errors: list[CellError] = field(default_factory=list)
    unreadable: bool = False

    def report(self, *, written: bool) -> Report:
        return Report(
            created=len(self.created),
            changed=len(self.changed),
            unchanged=self.unchanged,
            broken=self.broken,
            errors=tuple(self.errors),
            written=written,
            unreadable=self.unreadable,
        )


def planned(data: bytes) -> Plan:
    """What the file would do. One query for the categories, and one for each thousand rows."""
    plan = Plan()
    first_rows: dict[str, int] = {}
    categories = shelves()
    try:
        for batch in batches(read_rows(data)):
            current = rows_by_sku([sku for row in batch if (sku := row.cells.get(KEY, "")) and storable(sku)])
            for row in batch:
                _take(plan, row, current=current, categories=categories, first_rows=first_rows)
            if len(plan.errors) > MOST_ERRORS:
                del plan.errors[MOST_ERRORS:]
                raise UnreadableFileError(row=batch[-1].number, problem=TOO_MANY)  # noqa: TRY301  ends the reading
    except UnreadableFileError as error:
        plan.errors.append(error.error)
        plan.unreadable = True
    return plan


def storable(sku: str) -> bool:
    """Whether the database can be asked for this text at all."""
    return not UNSTORABLE.search(sku)


def _take(
    plan: Plan,
    row: FileRow,
    *,
    current: Mapping[str, ProductRow],
    categories: Mapping[str, Shelf],
    first_rows: dict[str, int],
) -> None:
    if row.error:
        plan.broken += 1
        plan.errors.append(row.error)
        return
    sku = row.cells[KEY]
    product = current.get(sku)
    wanted, problems = checked(row.cells, current=product, categories=categories)
    first = first_rows.setdefault(sku, row.number)
    if first != row.number and all(column != KEY for column, _ in problems):
        problems.insert(0, Problem(KEY, f"This SKU stands in row {first} already."))
    if problems:
        plan.broken += 1
        plan.errors += [
            cell_error(row=row.number, column=column, value=row.cells.get(column, ""), problem=problem)
            for column, problem in problems
        ]
    elif product is None:
        plan.created.append(row)
    elif same_product(wanted, product) and same_price(wanted, product):
        plan.unchanged += 1
    else:
        plan.changed[product.id] = row
