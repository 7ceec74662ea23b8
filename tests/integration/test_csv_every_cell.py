"""A row with several broken cells has each named, once; what hangs on a broken cell is told when that one is mended."""

import csv
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from typing import Final, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.csv import Mode, Report
from catalog.csv.checking import NEEDED
from catalog.csv.product_row import COLUMNS, KEY
from tests.goods import Goods
from tests.integration.csv_files import take

SOUND: Final = {
    "slug": "fig-jam",
    "name": "Fig jam",
    "brand": "Orchard 7",
    "category": "jams",
    "description": "Of figs.",
    "attributes": '{"fruit": "plum"}',
    "is_published": "no",
    "is_featured": "yes",
    "regular_amount": "5.00",
    "amount": "4.00",
    "currency": "USD",
    "sale_ends_at": "2026-12-24T18:00",
}
# Wrong whatever stands beside them.
BROKEN: Final = {
    "slug": ("no slug", "x" * 141),
    "name": ("", "x" * 141),
    "brand": ("  ", "a\x07b"),
    "category": ("nowhere", "  "),
    "description": ("x" * 5001,),
    "attributes": ("{", "[]"),
    "is_published": ("maybe",),
    "is_featured": ("2",),
    "regular_amount": ("3,20", "-1"),
    "amount": ("abc",),
    "currency": ("eur",),
    "sale_ends_at": ("tomorrow",),
}
# Wrong only by what another cell says: the category has no such attribute, the regular price is lower.
UNFIT: Final = {"attributes": '{"colour": "red"}', "amount": "9.00"}
JUDGED_BY: Final = {"attributes": "category", "amount": "regular_amount"}
UNUSABLE_SKUS: Final = ("", "  ", " JAM-001", "x" * 33, "a\x00b")


class Row(NamedTuple):
    """`is_new` is None where the SKU is broken, so that nobody can tell. `twice`: another row has the same SKU."""

    is_new: bool | None
    twice: bool
    cells: dict[str, str]


def any_text(column: str) -> st.SearchStrategy[str]:
    unfit = [UNFIT[column]] if column in UNFIT else []
    return st.just(SOUND[column]) | st.sampled_from([*BROKEN[column], *unfit])


ROWS: Final = st.builds(
    Row,
    st.sampled_from([True, False, None]),
    st.booleans(),
    st.fixed_dictionaries({column: any_text(column) for column in SOUND}),
)
HEADERS: Final = st.just(tuple(SOUND)) | st.lists(st.sampled_from(tuple(SOUND)), unique=True, min_size=1)


def broken_cells(row: Row, header: Collection[str]) -> set[str]:
    missing = set() if row.is_new is False else set(NEEDED) - set(header)
    broken = {column for column in header if row.cells[column] in BROKEN[column]}
    unfit = {column for column in UNFIT if column in header and row.cells[column] == UNFIT[column]}
    named = broken | {column for column in unfit if JUDGED_BY[column] not in broken | missing}
    return named | missing if row.is_new else named


def lines(rows: Sequence[Row]) -> Iterator[tuple[str, Row, bool]]:
    """Each line of the file: its SKU, its row, and whether the SKU is a broken cell there."""
    for number, row in enumerate(rows):
        sku = f"NEW-{number}" if row.is_new else f"JAM-{number:03}"
        if row.is_new is None:
            sku = UNUSABLE_SKUS[number % len(UNUSABLE_SKUS)]
        yield sku, row, row.is_new is None
        if row.twice:
            yield sku, row, True


def check(table: Sequence[Sequence[str]]) -> Report:
    file = StringIO(newline="")
    csv.writer(file).writerows(table)
    return take(file.getvalue(), Mode.CHECK)


def named(report: Report) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in report.errors]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADERS, rows=st.lists(ROWS, min_size=1, max_size=5))
@example(header=tuple(SOUND), rows=[Row(True, False, SOUND | {column: BROKEN[column][0] for column in BROKEN})])
@example(header=tuple(SOUND), rows=[Row(True, True, SOUND | UNFIT), Row(False, True, SOUND | UNFIT)])
@example(header=tuple(SOUND), rows=[Row(None, True, SOUND | UNFIT | {"is_published": "maybe"})])
def test_the_cells_that_are_named_are_those_that_are_broken(
    goods: Goods, header: Sequence[str], rows: Sequence[Row]
) -> None:
    table = [[KEY, *header]]
    expected: list[tuple[int, str]] = []
    for number, (sku, row, is_sku_broken) in enumerate(lines(rows), start=2):
        table.append([sku, *(row.cells[column] for column in header)])
        broken = broken_cells(row, header) | ({KEY} if is_sku_broken else set())
        expected += [(number, column) for column in COLUMNS if column in broken]

    report = check(table)

    assert named(report) == expected
    assert report.broken == len({row for row, _ in expected})


def test_a_row_that_is_wrong_in_four_ways_says_so_at_once(goods: Goods) -> None:
    file = "sku,name,brand,category,is_published,regular_amount,amount\n,Fig jam,Orchard 7,nowhere,maybe,1.00,2.00\n"

    assert named(take(file, Mode.CHECK)) == [(2, "sku"), (2, "category"), (2, "is_published"), (2, "amount")]


@pytest.mark.parametrize(("sku", "empty"), [("", []), ("NEW", ["regular_amount"]), ("JAM-000", ["slug", "currency"])])
def test_an_empty_cell_is_broken_only_where_the_sku_says_that_it_is(goods: Goods, sku: str, empty: list[str]) -> None:
    """A new product's address is made from its name, and a known one may have no price yet."""
    header = ("sku", "slug", "name", "brand", "category", "regular_amount", "currency")
    price = "4.50" if sku == "JAM-000" else ""

    report = check([header, (sku, "", "Fig jam", "Orchard 7", "jams", price, "")])

    assert [column for _, column in named(report) if column != KEY] == empty
