"""Seeding: all or nothing, once, growing by what is missing, and told to the caches as one reset."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum

from catalog.models import Category, Price, Product, RelatedProducts, Review, ReviewSummary, Seeding
from catalog.seeding.run import OtherSeedError, seed_shop
from shop.events.identity import database_id
from shop.events.models import Change
from tests.integration.catalog_rows import logged, make_category, make_product, run_sql

pytestmark = pytest.mark.django_db


def seed(products: int, number: int = 1) -> int:
    return seed_shop(products=products, seed=number, progress=lambda present: None)


def seed_by_command(**options: Any) -> str:
    out = StringIO()
    call_command("seed_catalog", stdout=out, **options)
    return out.getvalue()


def contents() -> dict[str, list[Any]]:
    """All that the seed decides; not ids and versions, which the database gives."""
    return {
        "categories": list(Category.objects.order_by("slug").values_list("slug", "name", "parent__slug", "position")),
        "products": list(
            Product.objects.order_by("sku").values_list(
                "sku",
                "slug",
                "name",
                "brand",
                "category__slug",
                "description",
                "attributes",
                "is_published",
                "created_at",
            )
        ),
        "prices": list(Price.objects.order_by("product__sku").values_list("product__sku", "regular_amount", "amount")),
        "reviews": sorted(
            Review.objects.values_list("product__sku", "author", "rating", "title", "body", "created_at")
        ),
    }


def test_a_seeded_shop_is_whole() -> None:
    assert seed(500) == 500

    assert Product.objects.count() == Price.objects.count() == ReviewSummary.objects.count() == 500
    assert Category.objects.filter(parent=None).count() >= 12
    assert not Product.objects.filter(category__parent=None).exists()
    sums = ReviewSummary.objects.aggregate(count=Sum("review_count"), rating=Sum("rating_sum"))
    assert sums == {"count": Review.objects.count(), "rating": Review.objects.aggregate(Sum("rating"))["rating__sum"]}
    assert Price.objects.filter(amount__lt=F("regular_amount")).exists()
    assert RelatedProducts.objects.filter(product__is_published=True, product_ids__len__gte=3).count() > 400
    for product in Product.objects.select_related("category")[:100]:
        product.full_clean()


def test_a_second_run_writes_nothing_at_all() -> None:
    seed(200)
    identity = database_id()
    rows = run_sql("SELECT id, xmin::text FROM catalog_product UNION ALL SELECT id, xmin::text FROM catalog_seeding")

    with logged() as log:
        assert seed(200) == 0
        assert seed(150) == 0

    assert log.rows == []
    assert database_id() == identity
    assert set(rows) == set(
        run_sql("SELECT id, xmin::text FROM catalog_product UNION ALL SELECT id, xmin::text FROM catalog_seeding")
    )


def test_a_shop_that_grew_equals_one_that_was_seeded_large() -> None:
    seed(300)
    large = contents()
    Product.objects.all().delete()
    Category.objects.filter(parent__isnull=False).delete()
    Category.objects.all().delete()

    assert seed(120) == 120
    before = dict(Product.objects.values_list("sku", "version"))
    assert seed(300) == 180

    assert contents() == large
    assert before.items() <= dict(Product.objects.values_list("sku", "version")).items()


def test_seeding_is_one_reset_in_the_log_and_a_new_database_id() -> None:
    before = database_id()

    with logged() as log:
        seed(1500)

    assert [(row.entity, row.operation, row.retired_database) for row in log.rows] == [("seed", "reset", before)]
    assert database_id() != before


def test_writes_after_a_seeding_are_logged_again() -> None:
    seed(100)

    with logged() as log:
        Product.objects.filter(sku="LRD-0000001").update(brand="Other")

    assert len(log.of("product")) == 1


def test_another_seed_is_refused_by_name_and_changes_nothing() -> None:
    seed(100)
    before = contents()

    with pytest.raises(OtherSeedError, match="100 products from seed 1"):
        seed(500, number=2)

    assert contents() == before
    with pytest.raises(CommandError, match="Use --seed 1"):
        seed_by_command(products=500, seed=2)


def test_an_emptied_shop_takes_any_seed() -> None:
    seed(100)
    Product.objects.all().delete()

    assert seed(50, number=2) == 50
    assert Seeding.objects.get().seed == 2


def test_goods_made_by_hand_stay_and_their_ids_are_left_alone() -> None:
    by_hand = make_product(make_category("tea"), "HAND-1")

    seed(100)
    second = make_product(by_hand.category, "HAND-2")
    seed(200)

    assert Product.objects.count() == 202
    assert set(Product.objects.filter(sku__startswith="HAND").values_list("id", flat=True)) == {by_hand.pk, second.pk}


def test_ids_of_a_new_shop_begin_at_1_even_after_an_interrupted_seeding() -> None:
    run_sql("SELECT nextval(pg_get_serial_sequence('catalog_product', 'id')) FROM generate_series(1, 50)")

    seed(100)

    assert set(Product.objects.values_list("id", flat=True)) == set(range(1, 101))


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_seeding_leaves_nothing() -> None:
    def interrupt(present: int) -> None:
        if present == 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed_shop(products=3000, seed=1, progress=interrupt)

    assert not Product.objects.exists()
    assert not Category.objects.exists()
    assert not Seeding.objects.exists()
    assert not Change.objects.filter(entity="seed").exists()


def test_the_command_says_what_it_did() -> None:
    assert "Added 120 products" in seed_by_command(products=120)
    assert "Nothing to do" in seed_by_command(products=120)
    assert "products have new neighbours" in capture("recompute_related")


def capture(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("products", ["0", "-1", "1000001", "many"])
def test_the_command_refuses_numbers_that_make_no_sense(products: str) -> None:
    with pytest.raises(CommandError):
        call_command("seed_catalog", f"--products={products}")


@pytest.mark.parametrize("number", ["9223372036854775808", "x"])
def test_the_command_refuses_a_seed_that_can_t_be_remembered(number: str) -> None:
    with pytest.raises(CommandError):
        call_command("seed_catalog", "--products=1", f"--seed={number}")
