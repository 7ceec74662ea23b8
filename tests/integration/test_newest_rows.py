"""Filters that no index answers look at the newest rows, and read no others."""

import pytest
from django.contrib.contenttypes.models import ContentType

from catalog.models import Product
from shop.events.admin_bases import oldest_of_newest
from tests.integration.catalog_rows import make_category, make_product
from tests.scale.plans import plans_of, rows_read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("most", "found"), [(1, 1), (3, 3), (5, 5), (6, 5)])
def test_the_newest_are_those_with_the_highest_keys(most: int, found: int) -> None:
    shelf = make_category()
    ids = [make_product(shelf, f"S{number}").pk for number in range(5)]

    newest = Product.objects.filter(pk__gte=oldest_of_newest(Product.objects.all(), most)).order_by("pk")

    assert list(newest.values_list("pk", flat=True)) == ids[-found:]


def test_of_no_rows_none_are_the_newest() -> None:
    assert list(Product.objects.filter(pk__gte=oldest_of_newest(Product.objects.all(), 10))) == []


def test_no_others_are_read() -> None:
    assert ContentType.objects.count() > 20
    newest = ContentType.objects.filter(pk__gte=oldest_of_newest(ContentType.objects.all(), 7)).order_by("-pk")

    assert max(rows_read(step) for step in plans_of([str(newest.query)])) == 7
