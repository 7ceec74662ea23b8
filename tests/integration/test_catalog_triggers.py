"""Whoever writes, and however: the version rises and the change log knows."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from catalog.models import Category, Price, Product
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql

pytestmark = pytest.mark.django_db


def version_of(product: Product) -> int:
    return Price.objects.values_list("version", flat=True).get(pk=product.pk)


def by_save(product: Product) -> None:
    price = Price.objects.get(pk=product.pk)
    price.amount = Decimal("1.00")
    price.save()


def by_save_of_an_old_version(product: Product) -> None:
    Price(product=product, amount=Decimal("1.00"), regular_amount=Decimal("2.50"), version=1).save(force_update=True)


def by_update(product: Product) -> None:
    Price.objects.filter(pk=product.pk).update(amount=Decimal("1.00"))


def by_update_of_the_version(product: Product) -> None:
    Price.objects.filter(pk=product.pk).update(version=0)


def by_sql(product: Product) -> None:
    run_sql("UPDATE catalog_price SET amount = 1 WHERE product_id = %s", product.pk)


def by_merge(product: Product) -> None:
    run_sql(
        "MERGE INTO catalog_price AS p USING (SELECT %s::bigint AS id) AS s ON p.product_id = s.id"
        " WHEN MATCHED THEN UPDATE SET amount = 1",
        product.pk,
    )


def by_upsert(product: Product) -> None:
    run_sql(
        "INSERT INTO catalog_price (product_id, amount, regular_amount, version) VALUES (%s, 1, 2, 0)"
        " ON CONFLICT (product_id) DO UPDATE SET amount = excluded.amount",
        product.pk,
    )


def by_delete_and_insert(product: Product) -> None:
    Price.objects.filter(pk=product.pk).delete()
    Price.objects.create(product=product, amount=Decimal("1.00"), regular_amount=Decimal("2.50"))


def by_copy(product: Product) -> None:
    run_sql("DELETE FROM catalog_price WHERE product_id = %s", product.pk)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY catalog_price (product_id, amount, regular_amount, version) FROM STDIN") as copy,
    ):
        copy.write_row((product.pk, 1, 2, 0))


WRITERS = [
    by_save,
    by_save_of_an_old_version,
    by_update,
    by_update_of_the_version,
    by_sql,
    by_merge,
    by_upsert,
    by_delete_and_insert,
    by_copy,
]


@pytest.mark.parametrize("write", WRITERS)
def test_every_way_of_writing_raises_the_version_and_is_logged_with_it(write: Callable[[Product], None]) -> None:
    product = make_product(make_category(), "J1")
    before = version_of(product)

    with logged() as log:
        write(product)

    assert version_of(product) > before
    assert log.of("price") == {product.pk: version_of(product)}


def test_a_deleted_row_is_logged_above_its_last_version() -> None:
    product = make_product(make_category(), "J1")
    before = version_of(product)

    with logged() as log:
        Price.objects.filter(pk=product.pk).delete()

    assert log.of("price")[product.pk] > before


def test_a_price_that_changes_leaves_the_product_s_entry_alone() -> None:
    product = make_product(make_category(), "J1")

    with logged() as log:
        by_update(product)

    assert {row.entity for row in log.rows} == {"price"}


def test_a_statement_without_rows_logs_nothing() -> None:
    make_product(make_category(), "J1")

    with logged() as log:
        Price.objects.filter(pk=0).update(amount=Decimal("1.00"))
        Product.objects.filter(pk=0).delete()
        run_sql("INSERT INTO catalog_review SELECT * FROM catalog_review")
        Category.objects.filter(pk=0).update(name="Nowhere")

    assert log.rows == []


def test_2500_rows_are_logged_in_rows_of_at_most_1000_ids() -> None:
    category = make_category()
    Product.objects.bulk_create(
        Product(sku=f"J{number}", slug="jam", name="Jam", brand="B", category=category) for number in range(2500)
    )

    with logged() as log:
        Product.objects.update(brand="C")

    assert log.sizes("product") == [1000, 1000, 500]
    assert log.of("product") == dict(Product.objects.values_list("id", "version"))


@pytest.mark.django_db(transaction=True)
def test_a_truncate_logs_a_reset() -> None:
    make_product(make_category(), "J1")

    with logged() as log:
        run_sql("TRUNCATE catalog_price")

    assert [(row.entity, row.operation) for row in log.rows] == [("price", "reset")]


def test_a_rolled_back_write_leaves_nothing_in_the_log() -> None:
    product = make_product(make_category(), "J1")

    with logged() as log, transaction.atomic():
        by_update(product)
        transaction.set_rollback(True)

    assert log.rows == []
