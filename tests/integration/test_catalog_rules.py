"""What the database itself sees to: owners that children touch, parts that come and go with a product, and sense."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DataError

from catalog.models import Category, CategoryTree, Price, Product, RelatedProducts, Review, ReviewSummary
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql

pytestmark = pytest.mark.django_db


def test_whatever_happens_to_a_category_touches_the_tree() -> None:
    tree = CategoryTree.objects.get()
    writes: list[Callable[[], object]] = [
        lambda: make_category("jams"),
        lambda: Category.objects.filter(slug="jams").update(name="Preserves"),
        lambda: run_sql("UPDATE catalog_category SET position = position + 1"),
        lambda: Category.objects.all().delete(),
    ]
    for write in writes:
        before = tree.version
        with logged() as log:
            write()
        tree.refresh_from_db()
        assert tree.version > before
        assert log.of("category_tree") == {1: tree.version}


def test_the_tree_s_row_comes_back_with_the_first_category() -> None:
    CategoryTree.objects.all().delete()

    make_category()

    assert CategoryTree.objects.get().pk == 1


def test_a_new_product_has_its_summary_and_its_neighbours_row_whoever_inserts_it() -> None:
    category = make_category()
    made = make_product(category, "J1")
    run_sql(
        "INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes)"
        " VALUES ('J2', 'jam', 'Jam', 'B', %s, '', '{}')",
        category.pk,
    )

    ids = set(Product.objects.values_list("id", flat=True))

    assert len(ids) == 2
    assert made.pk in ids
    assert set(ReviewSummary.objects.values_list("product_id", flat=True)) == ids
    assert set(RelatedProducts.objects.values_list("product_id", flat=True)) == ids


@pytest.mark.parametrize(
    "delete", [lambda: Product.objects.all().delete(), lambda: run_sql("DELETE FROM catalog_product")]
)
def test_a_deleted_product_takes_its_parts_along_and_each_is_logged(delete: Callable[[], object]) -> None:
    product = make_product(make_category(), "J1")
    Review.objects.create(product=product, author="Ann", rating=5, title="Good")

    with logged() as log:
        delete()

    for model in (Price, Review, ReviewSummary, RelatedProducts):
        assert not model.objects.exists()
    for entity in ("product", "price", "review_summary", "related_products"):
        assert list(log.of(entity)) == [product.pk]


def test_a_category_with_products_can_t_be_deleted_by_hand() -> None:
    product = make_product(make_category(), "J1")

    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        run_sql("DELETE FROM catalog_category WHERE id = %s", product.category_id)


def test_updated_at_moves_with_every_write() -> None:
    product = make_product(make_category(), "J1", updated_at="2020-01-01T00:00:00Z")

    run_sql("UPDATE catalog_product SET brand = 'C'")
    product.refresh_from_db()

    assert product.updated_at.year > 2020


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_price SET amount = -1",
        "UPDATE catalog_price SET amount = regular_amount + 1",
        "UPDATE catalog_price SET currency = 'eur'",
        "UPDATE catalog_review SET rating = 6",
        "UPDATE catalog_review SET rating = 0",
        "UPDATE catalog_reviewsummary SET rating_sum = 99",
        "UPDATE catalog_product SET name = ''",
        "UPDATE catalog_product SET sku = 'SAME'",
        "UPDATE catalog_product SET attributes = '[]'",
        """UPDATE catalog_product SET attributes = '{"a": {"b": 1}}'""",
        """UPDATE catalog_product SET attributes = '{"a": null}'""",
        "UPDATE catalog_category SET slug = 'same'",
        "UPDATE catalog_category SET parent_id = id",
        "UPDATE catalog_category SET attribute_schema = '{}'",
        """UPDATE catalog_category SET attribute_schema = '[{"key": "a"}]'""",
        "INSERT INTO catalog_categorytree (id) VALUES (2)",
    ],
)
def test_the_database_refuses_what_makes_no_sense(statement: str) -> None:
    first, second = make_category("one"), make_category("two")
    for product in (make_product(first, "J1"), make_product(second, "J2")):
        Review.objects.create(product=product, author="Ann", rating=5, title="Good")

    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        run_sql(statement)
