"""Walking a list page by page, against the same search in plain Python, over random shops full of ties."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalog.models import Category, Product
from catalog.operations import set_popularity
from catalog.search import Sort, bounded
from tests.integration.catalog_rows import make_category, make_product, pages_of

AT = datetime(2024, 5, 1, tzinfo=UTC)
BRANDS = ("Hivewell", "Spreadwell")
ROASTS = ("Light", "Dark")


@dataclass(frozen=True)
class Plan:
    """One random product: few distinct values, so that ties are the rule."""

    shelf: int
    brand: str
    name: str
    cents: int | None
    day: int
    roast: str
    organic: bool
    published: bool
    score: float


PLANS = st.lists(
    st.builds(
        Plan,
        shelf=st.integers(0, 1),
        brand=st.sampled_from(BRANDS),
        name=st.sampled_from(("plum jam", "cherry jam", "clear honey")),
        cents=st.none() | st.sampled_from((199, 250, 1000)),
        day=st.integers(0, 2),
        roast=st.sampled_from(ROASTS),
        organic=st.booleans(),
        published=st.sampled_from((True, True, False)),
        score=st.sampled_from((0.0, 0.0, 6928.25, 6928.333333333333, 7001.5)),
    ),
    max_size=14,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "shelves": st.sets(st.integers(0, 1), max_size=2),
        "brands": st.lists(st.sampled_from(BRANDS), max_size=2),
        "attributes": st.fixed_dictionaries(
            {}, optional={"roast": st.sets(st.sampled_from(ROASTS), min_size=1), "organic": st.just({"true"})}
        ),
        "price_min": st.sampled_from((Decimal("2.00"), Decimal("2.50"))),
        "price_max": st.sampled_from((Decimal("2.50"), Decimal("9.99"))),
        "text": st.sampled_from(("", "jam", "cherry", '"clear honey"')),
    },
)


# How many products a page collects, and how many it walks: with the shop's own bounds, and with such that these small
# shops come to walk, to walk in vain, and to collect after all.
BOUNDS = ((10_000, 10_000), (0, 10_000), (0, 3), (2, 5))


@pytest.mark.parametrize("bounds", BOUNDS)
@examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=PLANS, filters=FILTERS, sort=st.sampled_from(Sort), limit=st.integers(1, 6))
@pytest.mark.django_db
def test_walking_the_pages_is_what_a_plain_search_in_python_finds(
    db: None, bounds: tuple[int, int], plans: list[Plan], filters: dict[str, Any], sort: Sort, limit: int
) -> None:
    """Relevance with words walks nothing: it ranks what it collects, and is asked with the shop's own bounds alone."""
    assume(bounds == BOUNDS[0] or sort is not Sort.RELEVANCE or not filters.get("text"))
    with patch.multiple(bounded, COUNTED=bounds[0], WALKED=bounds[1]):
        walk_the_pages(plans, filters, sort, limit)


def walk_the_pages(plans: list[Plan], filters: dict[str, Any], sort: Sort, limit: int) -> None:
    Product.objects.all().delete()
    Category.objects.all().delete()
    shelves = [make_category("one"), make_category("two")]
    ids = {make_planned(plan, f"P{number}", shelves): plan for number, plan in enumerate(plans)}
    wanted = dict(filters)
    chosen = wanted.pop("shelves", set())

    found = [
        product_id
        for page in pages_of(category_ids=[shelves[shelf].pk for shelf in chosen], sort=sort, limit=limit, **wanted)
        for product_id in page
    ]

    expected = {product_id for product_id, plan in ids.items() if fits(plan, filters)}
    assert len(found) == len(set(found))
    assert set(found) == expected
    if sort is not Sort.RELEVANCE or not filters.get("text"):
        assert found == sorted(expected, key=lambda pk: (order(ids[pk], sort), pk), reverse=sort.descending)


def make_planned(plan: Plan, sku: str, shelves: list[Category]) -> int:
    product = make_product(
        shelves[plan.shelf],
        sku,
        amount=None if plan.cents is None else str(Decimal(plan.cents) / 100),
        brand=plan.brand,
        name=plan.name,
        created_at=AT + timedelta(days=plan.day),
        attributes={"roast": plan.roast, "organic": plan.organic},
        is_published=plan.published,
    )
    set_popularity(scores={product.pk: plan.score})
    return product.pk


def fits(plan: Plan, filters: dict[str, Any]) -> bool:
    if not plan.published or plan.cents is None:
        return False
    amount = Decimal(plan.cents) / 100
    return (
        (not filters.get("shelves") or plan.shelf in filters["shelves"])
        and (not filters.get("brands") or plan.brand in filters["brands"])
        and plan.roast in filters.get("attributes", {}).get("roast", ROASTS)
        and (plan.organic or "organic" not in filters.get("attributes", {}))
        and filters.get("price_min", 0) <= amount <= filters.get("price_max", 1000)
        and filters.get("text", "").strip('"') in plan.name
    )


def order(plan: Plan, sort: Sort) -> object:
    keys = {Sort.NAME: plan.name, Sort.PRICE_ASC: plan.cents, Sort.PRICE_DESC: plan.cents, Sort.POPULAR: plan.score}
    return keys.get(sort, plan.day)
