"""What a file of products does to the shop."""

from decimal import Decimal

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.csv import Mode, exported
from catalog.models import Price, Product
from tests.goods import Goods
from tests.integration.catalog_rows import logged
from tests.integration.csv_files import NEW, counts, take


def test_only_the_columns_of_the_file_change(goods: Goods) -> None:
    report = take("sku,name\nJAM-001,Damson jam\n")

    product = Product.objects.get(sku="JAM-001")
    assert counts(report) == (0, 1, 0, 0)
    assert (product.name, product.brand, product.price.amount) == ("Damson jam", "Orchard 1", Decimal("4.50"))


def test_what_was_imported_is_in_the_next_answer(visitor: Client, goods: Goods) -> None:
    address = f"/api/products/{goods.ids[1]}"
    assert visitor.get(address).json()["price"]["amount"] == "4.50"

    take("sku,name,amount\nJAM-001,Damson jam,2.10\n")

    answer = visitor.get(address).json()
    assert (answer["name"], answer["price"]["amount"]) == ("Damson jam", "2.10")


def test_an_unknown_sku_makes_a_product(visitor: Client, goods: Goods) -> None:
    report = take(NEW)

    product = Product.objects.get(sku="JAM-NEW")
    assert counts(report) == (1, 0, 0, 0)
    assert (product.slug, product.is_published, product.price.amount) == ("fig-jam", True, Decimal("5.00"))
    assert visitor.get(f"/api/products/{product.pk}").json()["price"]["currency"] == "EUR"


def test_the_same_file_again_changes_nothing(goods: Goods) -> None:
    file = NEW + "JAM-001,Damson jam,Orchard 1,jams,4.50\n"
    take(file)
    entries = LogEntry.objects.count()

    with logged() as changes:
        report = take(file)

    assert counts(report) == (0, 0, 2, 0)
    assert changes.rows == []
    assert LogEntry.objects.count() == entries


def test_an_older_export_brings_everything_back(goods: Goods) -> None:
    file = b"".join(exported(products=Product.objects.all()))
    Product.objects.update(
        name="x", brand="y", description="", attributes={}, is_published=False, category=goods.pantry
    )
    Price.objects.update(amount=1, regular_amount=2, currency="USD")
    Price.objects.filter(pk=goods.ids[2]).delete()

    report = take(file)

    assert counts(report) == (0, 30, 0, 0)
    assert b"".join(exported(products=Product.objects.all())) == file


def test_rows_that_change_nothing_are_not_written(goods: Goods) -> None:
    with logged() as changes:
        take("sku,brand,amount\nJAM-000,Orchard 0,3.20\nJAM-001,Orchard 9,4.50\nJAM-002,Orchard 2,4.40\n")

    assert list(changes.of("product")) == [goods.ids[1]]
    assert list(changes.of("price")) == [goods.ids[2]]


def test_the_history_says_who_changed_what(goods: Goods) -> None:
    take("sku,brand,amount\nJAM-001,Orchard 9,4.40\n")

    told = {str(entry.content_type): entry.get_change_message() for entry in LogEntry.objects.all()}
    assert told["Catalog | product"] == "Changed brand from “Orchard 1” to “Orchard 9”."
    assert told["Catalog | price"] == "Changed amount from “4.50” to “4.40”."


def test_a_number_that_is_written_in_another_way_is_told(goods: Goods) -> None:
    take('sku,attributes\nJAM-001,"{""organic"": false, ""fruit"": ""plum"", ""weight"": 340.0}"\n')

    assert ["340.0" in entry.get_change_message() for entry in LogEntry.objects.all()] == [True]


def test_a_check_writes_nothing(goods: Goods) -> None:
    with logged() as changes:
        report = take(NEW + "JAM-001,Damson jam,Orchard 1,jams,4.50\n", Mode.CHECK)

    assert (counts(report), report.written) == ((1, 1, 0, 0), False)
    assert changes.rows == []


def test_a_product_without_a_price_is_given_one_by_its_regular_amount(goods: Goods) -> None:
    Price.objects.filter(pk=goods.id).delete()

    assert [error.column for error in take("sku,amount\nJAM-000,1.00\n").errors] == ["amount"]
    take("sku,regular_amount\nJAM-000,2.00\n")

    assert Price.objects.get(pk=goods.id).amount == Decimal("2.00")


def test_a_sale_s_end_goes_with_the_sale(goods: Goods) -> None:
    take("sku,sale_ends_at\nJAM-000,2026-12-24T18:00\n")
    assert Price.objects.get(pk=goods.id).sale_ends_at is not None

    take("sku,amount\nJAM-000,\n")

    price = Price.objects.get(pk=goods.id)
    assert (price.amount, price.sale_ends_at) == (Decimal("4.50"), None)


def test_a_thousand_products_are_written_by_few_statements(goods: Goods) -> None:
    rows = "".join(f"NEW-{number},Jam {number},Orchard,jams,5.00\n" for number in range(1000))
    header = "sku,name,brand,category,regular_amount\n"
    take(header + rows)

    with logged() as changes, CaptureQueriesContext(connection) as queries:
        report = take(header + rows.replace("5.00", "6.00").replace("Orchard", "Garden"))

    assert counts(report) == (0, 1000, 0, 0)
    assert (changes.sizes("product"), changes.sizes("price")) == ([1000], [1000])
    assert len(queries) <= 25
