"""Facet counts and lists, against counting in plain Python, over random shops and random choices."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalog.browsing import Browsed, browse
from catalog.filters import filters_from
from catalog.models import Category, Product
from shop.events.fast_path import announced_changes
from tests.integration.catalog_rows import make_category, make_product

BRANDS = ("Alder", "Birch", "Cedar")
ROASTS = ("Dark", "Light")
AMOUNTS = ("0.50", "2.00", "4.99", "5.00", "12.00", "20.00", "90.00")
RANGES = ("0-2", "2-5", "5-10", "10-20", "20-")
NAMES = ("plum jam", "cherry jam", "clear honey")
SCHEMA = [
    {"key": "roast", "label": "Roast", "kind": "choice", "unit": "", "choices": list(ROASTS)},
    {"key": "organic", "label": "Organic", "kind": "flag", "unit": "", "choices": []},
]


@dataclass(frozen=True)
class Plan:
    """One random product; `shelf` 0 and 1 stand in the department, 2 outside of it."""

    shelf: int
    brand: str
    name: str
    amount: str | None
    roast: str | None
    organic: bool | None
    published: bool


PLANS = st.lists(
    st.builds(
        Plan,
        shelf=st.integers(0, 2),
        brand=st.sampled_from(BRANDS),
        name=st.sampled_from(NAMES),
        amount=st.none() | st.sampled_from(AMOUNTS),
        roast=st.none() | st.sampled_from(ROASTS),
        organic=st.none() | st.booleans(),
        published=st.sampled_from((True, True, True, False)),
    ),
    max_size=16,
)
CHOICES = st.fixed_dictionaries(
    {
        "category": st.sampled_from(("", "department", "shelf-0", "shelf-2")),
        "brand": st.lists(st.sampled_from(BRANDS), max_size=2, unique=True),
        "roast": st.lists(st.sampled_from(ROASTS), max_size=2, unique=True),
        "organic": st.lists(st.booleans(), max_size=2, unique=True),
        "price": st.sampled_from(("", *RANGES)),
        "text": st.sampled_from(("", "jam", "cherry")),
        "sort": st.sampled_from(("newest", "popular", "price_asc", "price_desc", "name", "relevance")),
    }
)
SHELVES = {"": (0, 1, 2), "department": (0, 1), "shelf-0": (0,), "shelf-2": (2,)}


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=PLANS, choices=CHOICES)
def test_facets_and_lists_agree_with_counting_one_by_one(
    own_caches: None, plans: list[Plan], choices: dict[str, Any]
) -> None:
    with announced_changes():
        ids = stocked(plans)

    found = browsed(choices)

    expected = {pk for pk, plan in ids.items() if fits(plan, choices)}
    assert {card.product.id for card in found.products.cards} == expected
    assert found.counted.number == len(expected)
    offered = {(facet.key, one.value): one.count for facet in found.facets for one in facet.values}
    assert offered == by_hand(list(ids.values()), choices)


def stocked(plans: list[Plan]) -> dict[int, Plan]:
    Product.objects.all().delete()
    Category.objects.filter(parent__isnull=False).delete()
    Category.objects.all().delete()
    department = make_category("department", attribute_schema=[])
    shelves = [
        make_category(f"shelf-{number}", parent=department if number < 2 else None, attribute_schema=SCHEMA)
        for number in range(3)
    ]
    return {
        make_product(
            shelves[plan.shelf],
            f"P{number}",
            brand=plan.brand,
            name=plan.name,
            amount=plan.amount,
            is_published=plan.published,
            attributes={
                key: value for key, value in (("roast", plan.roast), ("organic", plan.organic)) if value is not None
            },
        ).pk: plan
        for number, plan in enumerate(plans)
    }


def browsed(choices: dict[str, Any]) -> Browsed:
    attributes = [f"roast:{one}" for one in choices["roast"]] + [f"organic:{one}".lower() for one in choices["organic"]]
    address = urlencode(
        {"brand": choices["brand"], "attribute": attributes, "price": choices["price"], "sort": choices["sort"]},
        doseq=True,
    )
    filters, problems = filters_from(
        QueryDict(address), category=choices["category"], search=choices["text"], limit="24"
    )
    assert filters is not None, problems
    return browse(filters)


def by_hand(plans: list[Plan], choices: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Every choice, with the number of products that it would leave in place of its own facet's choices."""

    def left(key: str, fitting: Callable[[Plan], bool]) -> int:
        others = choices | {key: "" if key == "price" else []} if key != "category" else choices
        return sum(fits(plan, others) and fitting(plan) for plan in plans)

    counts = {("brand", brand): left("brand", lambda plan, brand=brand: plan.brand == brand) for brand in BRANDS}  # type: ignore[misc]
    for roast in ROASTS:
        counts["roast", f"roast:{roast}"] = left("roast", lambda plan, roast=roast: plan.roast == roast)  # type: ignore[misc]
    for flag in (True, False):
        counts["organic", f"organic:{flag}".lower()] = left("organic", lambda plan, flag=flag: plan.organic is flag)  # type: ignore[misc]
    for one in RANGES:
        counts["price", one] = left("price", lambda plan, one=one: within(plan, one))  # type: ignore[misc]
    children: dict[str, dict[str, tuple[int, ...]]] = {
        "": {"department": (0, 1), "shelf-2": (2,)},
        "department": {"shelf-0": (0,), "shelf-1": (1,)},
    }
    for slug, shelves in children.get(choices["category"], {}).items():
        counts["category", slug] = left("category", lambda plan, shelves=shelves: plan.shelf in shelves)  # type: ignore[misc]
    return {place: number for place, number in counts.items() if number or is_chosen(*place, choices)}


def is_chosen(key: str, value: str, choices: dict[str, Any]) -> bool:
    match key:
        case "category":
            return False
        case "price":
            return bool(value == choices["price"])
        case "brand":
            return value in choices["brand"]
        case _:
            return value in [f"{key}:{str(one).lower() if key == 'organic' else one}" for one in choices[key]]


def within(plan: Plan, price_range: str) -> bool:
    low, _, high = price_range.partition("-")
    return (
        plan.amount is not None
        and Decimal(plan.amount) >= Decimal(low)
        and (not high or Decimal(plan.amount) < Decimal(high))
    )


def fits(plan: Plan, choices: dict[str, Any]) -> bool:
    return (
        plan.published
        and plan.amount is not None
        and plan.shelf in SHELVES[choices["category"]]
        and (not choices["brand"] or plan.brand in choices["brand"])
        and (not choices["roast"] or plan.roast in choices["roast"])
        and (not choices["organic"] or plan.organic in choices["organic"])
        and (not choices["price"] or within(plan, choices["price"]))
        and choices["text"] in plan.name
    )
