"""What is exported, and that an export that is imported again changes nothing, whatever the products are called."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.csv import Mode, exported, import_products
from catalog.csv.product_row import COLUMNS, rows_by_id
from catalog.models import Category, Price, Product
from tests.goods import Goods
from tests.integration.catalog_rows import logged

SPECIAL = st.sampled_from(list("'=+-@,;\"\t\r\n\ufeff\u2028 é漢a"))
TEXT = st.text(SPECIAL | st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
PRICES = st.none() | st.tuples(st.integers(0, 10**10 - 1), st.integers(0, 100), st.none() | st.datetimes())
ATTRIBUTES = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    TEXT | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9),
    max_size=3,
)
PRODUCT = st.tuples(TEXT, TEXT, TEXT, ATTRIBUTES, st.booleans(), PRICES)


def file_of(*ids: int) -> bytes:
    return b"".join(exported(products=Product.objects.filter(pk__in=ids) if ids else Product.objects.all()))


def rows_of(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.decode("utf-8-sig"), newline="")))


def put(number: int, category: Category, name: str, brand: str, description: str, attributes: object) -> Product:
    """Past every check but those of the database, as old rows and rows by other hands are."""
    return Product.objects.create(
        sku=f"{name[:20]}{number}", slug="", name=name, brand=brand, description=description, category=category,
        attributes=attributes,
    )  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(products=st.lists(PRODUCT, min_size=1, max_size=5))
@example(products=[("'Tis jam", "=1+1", "'=x", {}, True, (320, 50, None)), ("''@x", "'", "\r", {}, False, None)])
def test_an_export_that_is_imported_again_changes_nothing(goods: Goods, products: list[tuple[object, ...]]) -> None:
    Product.objects.exclude(pk__in=goods.ids).delete()
    for number, (name, brand, description, attributes, published, price) in enumerate(products):
        product = put(number, goods.jams, str(name), str(brand), str(description), attributes)
        Product.objects.filter(pk=product.pk).update(is_published=published, is_featured=not published)
        if isinstance(price, tuple):
            regular = Decimal(price[0]).scaleb(-2)
            amount = (regular * price[1] / 100).quantize(Decimal("0.01"))
            ends = price[2].replace(tzinfo=UTC) if price[2] else None
            Price.objects.create(product=product, regular_amount=regular, amount=amount, sale_ends_at=ends)
    ids = list(Product.objects.values_list("pk", flat=True))
    before = rows_by_id(ids)
    versions = list(Product.objects.order_by("pk").values_list("version", "price__version"))

    with logged() as changes:
        report = import_products(data=file_of(), mode=Mode.ALL, user_id=1)

    assert (report.unchanged, report.changed, report.created, report.errors) == (len(ids), 0, 0, ())
    assert rows_by_id(ids) == before
    assert list(Product.objects.order_by("pk").values_list("version", "price__version")) == versions
    assert changes.rows == []


def test_every_column_of_a_product_is_in_the_file(goods: Goods) -> None:
    ends = datetime(2026, 12, 24, 18, tzinfo=UTC)
    Price.objects.filter(pk=goods.id).update(sale_ends_at=ends)

    (row,) = rows_of(file_of(goods.id))

    assert tuple(row) == COLUMNS
    assert row["sku"] == "JAM-000"
    assert row["category"] == "jams"
    assert row["attributes"] == '{"fruit": "cherry", "organic": true, "weight": 340}'
    assert (row["is_published"], row["is_featured"]) == ("true", "false")
    assert (row["regular_amount"], row["amount"], row["currency"]) == ("4.50", "3.20", "EUR")
    assert row["sale_ends_at"] == ends.isoformat()


def test_a_product_without_a_price_is_in_the_file_too(goods: Goods) -> None:
    Price.objects.filter(pk=goods.id).delete()

    (row,) = rows_of(file_of(goods.id))

    assert [row[column] for column in COLUMNS[-4:]] == ["", "", "", ""]


def test_a_formula_goes_out_as_a_text(goods: Goods) -> None:
    Product.objects.filter(pk=goods.id).update(name='=HYPERLINK("//x")', brand="@SUM(1)", description="'Tis jam")

    (row,) = rows_of(file_of(goods.id))

    assert row["name"] == '\'=HYPERLINK("//x")'
    assert row["brand"] == "'@SUM(1)"
    assert row["description"] == "'Tis jam"


def test_a_spreadsheet_finds_the_encoding_and_the_ends_of_rows(goods: Goods) -> None:
    file = file_of(goods.id)

    assert file.startswith(b"\xef\xbb\xbfsku,")
    assert file.endswith(b"\r\n")


@pytest.mark.parametrize("size", [1, 4])
def test_a_file_is_written_while_it_is_read(goods: Goods, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("catalog.csv.batches.batches.__kwdefaults__", {"size": size})
    parts = exported(products=Product.objects.all())
    next(parts)

    with CaptureQueriesContext(connection) as queries:
        part = next(parts)

    assert len(rows_of(",".join(COLUMNS).encode() + b"\r\n" + part)) == size
    assert len(queries) == 2  # the cursor over the ids is opened, and one batch of rows is read
