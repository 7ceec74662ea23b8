"""Lists: the right products, in a total order, each exactly once however the pages are cut."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Price, Product
from catalog.search import BadCursorError, Sort, search_products
from tests.integration.catalog_rows import make_category, make_product, pages_of

pytestmark = pytest.mark.django_db

AT = datetime(2024, 5, 1, tzinfo=UTC)


def names(**query: Any) -> list[str]:
    by_id = dict(Product.objects.values_list("id", "name"))
    return [by_id[product_id] for product_id in search_products(**query).ids]


@pytest.fixture
def shelf() -> Category:
    """Six goods, one a day, the last the newest."""
    category = make_category(attribute_schema=[])
    goods = (
        ("Strawberry Jam", "Spreadwell", "From ripe fruit."),
        ("Orange Marmalade", "Spreadwell", "Not a strawberry in sight."),
        ("Acacia Honey", "Hivewell", "Clear."),
        ("Dark Chocolate", "Cocoa Lantern", "Good with honey."),
        ("Whole Milk", "Larkmoor", "Fresh."),
        ("Skimmed Milk", "Larkmoor", "Fresh."),
    )
    for day, (name, brand, description) in enumerate(goods):
        make_product(
            category,
            f"S{day}",
            name=name,
            brand=brand,
            description=description,
            amount=f"{day + 1}.00",
            created_at=AT + timedelta(days=day),
            attributes={"weight": 100 * day, "note": str(100 * day), "half": day / 2},
        )
    return category


def test_a_list_is_one_statement(shelf: Category, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        search_products(
            text="milk",
            category_ids=[shelf.pk],
            brands=["Larkmoor"],
            attributes={"weight": ["500"]},
            price_min=Decimal(1),
            sort=Sort.PRICE_DESC,
        )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("strawberries", ["Strawberry Jam", "Orange Marmalade"]),
        ("hivewell", ["Acacia Honey"]),
        ("honey", ["Acacia Honey", "Dark Chocolate"]),
        ("milk -skimmed", ["Whole Milk"]),
        ('"whole milk"', ["Whole Milk"]),
        ("acacia or chocolate", ["Dark Chocolate", "Acacia Honey"]),
        ("laptop", []),
    ],
)
def test_words_are_found_in_any_form_names_first(shelf: Category, text: str, found: list[str]) -> None:
    assert names(text=text) == found


@pytest.mark.parametrize("text", ["!!!", "'", "\\", "%", "& | !", "<->", ":*", "日本", "(" * 300, "a" * 10_000, '"'])
def test_odd_texts_find_nothing_and_break_nothing(shelf: Category, text: str) -> None:
    assert search_products(text=text).ids == ()


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "\n\t"])
def test_a_text_without_words_means_everything_newest_first(shelf: Category, text: str) -> None:
    assert names(text=text, limit=2) == ["Skimmed Milk", "Whole Milk"]


@pytest.mark.parametrize("text", ["mi\x00lk", "milk\ud800"])
def test_characters_that_can_t_be_stored_part_words(shelf: Category, text: str) -> None:
    assert isinstance(search_products(text=text).ids, tuple)


@pytest.mark.parametrize("text", ["'; DROP TABLE catalog_product; --", "' OR 1=1 --", "$1 %s {} %(a)s"])
def test_sql_is_a_text_like_any_other(shelf: Category, text: str) -> None:
    search_products(text=text, brands=[text], attributes={text: [text]})

    assert Product.objects.count() == 6


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({"weight": ["100"]}, 1),
        ({"weight": ["100", "200"]}, 2),
        ({"note": ["100"]}, 1),
        ({"half": ["0.5", "2.50"]}, 2),
        ({"half": ["1"]}, 1),
        ({"weight": ["100"], "note": ["200"]}, 0),
        ({"weight": []}, 0),
        ({"weight": ["1e2"]}, 0),
        ({"weight\x00": ["100"]}, 0),
        ({"weight": ["\x00", "\ud800", "100"]}, 1),
        ({"weight": ["9" * 400]}, 0),
        ({"colour": ["red"]}, 0),
        ({"": [""]}, 0),
    ],
)
def test_attributes_match_text_and_numbers_alike(shelf: Category, attributes: dict[str, list[str]], found: int) -> None:
    assert len(search_products(attributes=attributes).ids) == found


def test_unpublished_and_unpriced_products_stand_in_no_list(shelf: Category) -> None:
    Product.objects.filter(name="Whole Milk").update(is_published=False)
    Price.objects.filter(product__name="Skimmed Milk").delete()

    for sort in Sort:
        assert len(search_products(sort=sort).ids) == 4
        assert search_products(text="milk", sort=sort).ids == ()


@pytest.mark.parametrize("bound", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_price_that_is_no_number_is_refused(shelf: Category, bound: str) -> None:
    for name in ("price_min", "price_max"):
        with pytest.raises(ValueError, match="number"):
            search_products(**{name: Decimal(bound)})  # type: ignore[arg-type]


def test_bounds_beyond_all_prices_are_only_bounds(shelf: Category) -> None:
    assert len(search_products(price_min=Decimal("-1e40"), price_max=Decimal("1e40")).ids) == 6
    assert search_products(price_min=Decimal("1e40")).ids == ()
    assert search_products(category_ids=[10**30, -1]).ids == ()


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9])
def test_the_page_size_has_bounds(limit: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        search_products(limit=limit)


def test_the_last_page_has_no_cursor_even_if_it_is_full(shelf: Category) -> None:
    pages = list(pages_of(limit=3))

    assert [len(page) for page in pages] == [3, 3]


@pytest.mark.parametrize("sort", list(Sort))
def test_a_cursor_of_another_sort_is_refused(shelf: Category, sort: Sort) -> None:
    cursors = {other: search_products(sort=other, text="milk", limit=1).next_cursor for other in Sort}

    for other, cursor in cursors.items():
        if other is sort:
            search_products(sort=sort, text="milk", cursor=cursor)
        else:
            with pytest.raises(BadCursorError):
                search_products(sort=sort, text="milk", cursor=cursor)


def test_relevance_without_a_text_is_newest_and_takes_its_cursors(shelf: Category) -> None:
    page = search_products(limit=2)

    assert search_products(sort=Sort.NEWEST, limit=2, cursor=page.next_cursor) == search_products(
        limit=2, cursor=page.next_cursor
    )


def sell_the_first(ids: list[int]) -> None:
    Product.objects.filter(pk=ids[0]).delete()


def hide_the_last(ids: list[int]) -> None:
    Product.objects.filter(pk=ids[-1]).update(is_published=False)


@pytest.mark.parametrize("change", [sell_the_first, hide_the_last])
def test_the_next_page_stays_the_next_page_when_this_one_changes(
    shelf: Category, change: Callable[[list[int]], None]
) -> None:
    pages = list(pages_of(sort=Sort.PRICE_ASC, limit=2))
    page = search_products(sort=Sort.PRICE_ASC, limit=2)

    change(pages[0])

    assert list(search_products(sort=Sort.PRICE_ASC, limit=2, cursor=page.next_cursor).ids) == pages[1]
