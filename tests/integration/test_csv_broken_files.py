"""Every way in which a file of products can be wrong, and what is said about it."""

import pytest

from catalog.csv import CellError, Mode, Report, errors_as_csv
from catalog.models import Product
from tests.goods import Goods
from tests.integration.csv_files import NEW, counts, take

pytestmark = pytest.mark.usefixtures("goods")


def only_error(report: Report) -> CellError:
    (error,) = report.errors
    return error


BROKEN = "sku,name,amount\nJAM-001,Damson jam,1.00\nJAM-002,,abc\nJAM-003,Fig jam,1.00\n"


def test_one_broken_row_keeps_the_whole_file_out(goods: Goods) -> None:
    report = take(BROKEN, Mode.ALL)

    assert (counts(report), report.written) == ((0, 2, 0, 1), False)
    assert not Product.objects.filter(name="Damson jam").exists()


def test_the_good_rows_alone_are_imported_where_that_was_chosen(goods: Goods) -> None:
    report = take(BROKEN, Mode.GOOD_ROWS)

    assert (counts(report), report.written) == ((0, 2, 0, 1), True)
    assert Product.objects.filter(name__in=("Damson jam", "Fig jam")).count() == 2
    assert Product.objects.get(sku="JAM-002").name == "Plum jam 2"


def test_every_broken_cell_is_named(goods: Goods) -> None:
    report = take(BROKEN, Mode.CHECK)

    assert [(error.row, error.column, error.value) for error in report.errors] == [
        (3, "name", ""),
        (3, "amount", "abc"),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", "3,20"),
        ("amount", "€3.20"),
        ("amount", "3.20 EUR"),
        ("amount", "9" * 5000),
        ("amount", "1e5"),
        ("amount", "NaN"),
        ("amount", "-1.00"),
        ("amount", "3.205"),
        ("amount", "٣"),
        ("amount", "4.51"),
        ("regular_amount", "3.00"),
        ("regular_amount", "Infinity"),
        ("regular_amount", ""),
        ("currency", "eur"),
        ("currency", ""),
        ("sale_ends_at", "tomorrow"),
        ("sale_ends_at", "2026-02-30T10:00"),
        ("sale_ends_at", "0001-01-01T00:00+14:00"),
        ("name", ""),
        ("name", "x" * 141),
        ("name", "a\x00b"),
        ("name", "a\x07b"),
        ("brand", "  "),
        ("slug", "no slug"),
        ("category", "nowhere"),
        ("category", ""),
        ("category", "pantry"),
        ("description", "x" * 5001),
        ("attributes", "{"),
        ("attributes", "[]"),
        ("attributes", '{""weight"": NaN}'),
        ("attributes", '{""weight"": 1e400}'),
        ("attributes", '{""weight"": ' + "9" * 5000 + "}"),
        ("attributes", '{""weight"": 1' + "0" * 400 + "}"),
        ("attributes", '{""\\ud800"": 1}'),
        ("attributes", '{""colour"": ""red""}'),
        ("attributes", '{""fruit"": ""banana""}'),
        ("attributes", '{""organic"": 1}'),
        ("attributes", "[" * 100_000),
        ("is_published", "maybe"),
        ("is_featured", ""),
    ],
)  # fmt: skip
def test_a_broken_cell_is_refused_by_row_and_column(goods: Goods, column: str, value: str) -> None:
    report = take(f'sku,{column}\nJAM-002,{"x" if column == "brand" else ""}\nJAM-001,"{value}"\n', Mode.CHECK)

    error = report.errors[-1]
    assert (error.row, error.column) == (3, column)
    assert error.problem
    assert len(error.value) <= 61


@pytest.mark.parametrize(
    ("file", "row", "column"),
    [
        (b"", 1, ""),
        (b"\n\n", 1, ""),
        (b"name\nx\n", 1, "sku"),
        (b"sku,colour\nJAM-001,red\n", 1, "colour"),
        (b"sku,name,name\nJAM-001,a,b\n", 1, "name"),
        (b"sku;name\nJAM-001;a\n", 1, "sku;name"),
        ("sku,name\nJAM-001,é\n".encode("latin-1"), 2, ""),
        ("sku,name\nJAM-001,a\n".encode("utf-16"), 1, ""),
        (b'sku,name\nJAM-001,"a\nJAM-002,b\n', 2, ""),
        (b'sku,name\nJAM-001,"a"b\n', 2, ""),
        (b"sku,name\nJAM-001," + b"x" * 200_000 + b"\n", 2, ""),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, 1, ""),
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_a_file_that_can_t_be_read_is_refused_whole(file: bytes, row: int, column: str, mode: Mode) -> None:
    report = take(file, mode)

    assert (report.unreadable, report.written) == (True, False)
    assert (only_error(report).row, only_error(report).column) == (row, column)


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        ("JAM-001,a,b\n", 2, ""),
        ("JAM-001\n", 2, ""),
        (",a\n", 2, "sku"),
        ("JAM-001,a\nJAM-001,b\n", 3, "sku"),
        ("JAM\x00,a\n", 2, "sku"),
        (" JAM-001,a\n", 2, "sku"),
        ("x" * 33 + ",a\n", 2, "sku"),
    ],
)
def test_a_row_that_can_t_be_used_is_named(rows: str, row: int, column: str) -> None:
    report = take("sku,name\n" + rows, Mode.CHECK)

    assert (report.errors[0].row, report.errors[0].column) == (row, column)


@pytest.mark.parametrize("column", ["name", "brand", "category", "regular_amount"])
def test_a_new_product_needs_its_columns(column: str) -> None:
    header, row = (line.split(",") for line in NEW.splitlines())
    left = [(name, cell) for name, cell in zip(header, row, strict=True) if name != column]

    report = take("\n".join(",".join(cells) for cells in zip(*left, strict=True)))

    assert only_error(report).column == column


def test_the_errors_are_a_file_as_safe_as_an_export(goods: Goods) -> None:
    report = take("sku,amount\nJAM-001,=1+1\n", Mode.CHECK)

    lines = errors_as_csv(errors=report.errors).decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,problem"
    assert lines[1].startswith("2,amount,'=1+1,")


def test_naming_ends_where_a_file_is_wrong_throughout(goods: Goods) -> None:
    report = take("sku,amount\n" + "".join(f"JAM-{number},x\n" for number in range(12_000)), Mode.GOOD_ROWS)

    assert (report.unreadable, report.written, len(report.errors)) == (True, False, 10_001)


def test_more_rows_than_a_file_may_have_are_refused(goods: Goods) -> None:
    report = take(b"sku\n" + b"JAM-001\n" * 100_001, Mode.GOOD_ROWS)

    assert report.unreadable
