"""The words of the shop: collected by trigger, used to put typing errors right."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Product, Word
from catalog.search import search_products, spelled
from tests.integration.catalog_rows import make_category, make_product, run_sql


@pytest.fixture
def shelf(db: None) -> Category:
    category = make_category(attribute_schema=[])
    for number, (name, brand, description) in enumerate(
        (
            ("Strawberry Jam", "Spreadwell", "Good at breakfast."),
            ("Dark Chocolate 70%", "Cocoa Lantern", "Melts."),
            ("Greek Yoghurt", "Larkmoor", "Thick."),
            ("Crème Fraîche", "Larkmoor", "Rich."),
        )
    ):
        make_product(category, f"W{number}", name=name, brand=brand, description=description)
    return category


def words() -> set[str]:
    return set(Word.objects.values_list("word", flat=True))


def test_names_and_brands_are_collected_numbers_and_short_words_are_not(shelf: Category) -> None:
    assert words() == {
        *("strawberry", "jam", "spreadwell", "dark", "chocolate", "cocoa", "lantern"),
        *("greek", "yoghurt", "larkmoor", "crème", "fraîche"),
    }


@pytest.mark.parametrize(
    "rename",
    [
        lambda: Product.objects.filter(sku="W0").update(name="Quince Jelly"),
        lambda: run_sql("UPDATE catalog_product SET brand = 'Quince and Jelly' WHERE sku = 'W0'"),
    ],
)
def test_new_names_are_collected_whoever_writes_them(shelf: Category, rename: Callable[[], object]) -> None:
    rename()

    assert {"quince", "jelly"} <= words()


def test_a_change_of_anything_else_collects_nothing(shelf: Category) -> None:
    Word.objects.all().delete()

    Product.objects.update(description="Quince")

    assert words() == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("choclate", "chocolate"),
        ("choccolate", "chocolate"),
        ("yogurt", "yoghurt"),
        ("strawbery jam", "strawberry jam"),
        ("Strawbery JAM", "strawberry JAM"),
        ("fraiche", "fraîche"),
        ("spredwell", "spreadwell"),
        ("strawberries", "strawberries"),
        ("breakfast", "breakfast"),
        ("laptop", "laptop"),
        ("over there with this dark jam", "over there with this dark jam"),
        ("jam", "jam"),
        ("jma", "jma"),
        ('"choclate"', '"choclate"'),
        ("choclate -dark", "choclate -dark"),
        ("70%", "70%"),
        ("", ""),
        ("!!! ' \\ %s", "!!! ' \\ %s"),
        ("choclate " * 30, "chocolate " * 30),
        ("a" * 5000, "a" * 5000),
    ],
)
def test_words_that_no_product_has_become_the_nearest_that_one_is_called_by(
    shelf: Category, typed: str, meant: str
) -> None:
    assert spelled(typed) == meant


@pytest.mark.parametrize("word", ["sover", "thyme"])
def test_stop_words_are_never_taken_for_a_misspelt_product(shelf: Category, word: str) -> None:
    make_product(shelf, "W9", name=f"{word} over their hisses")

    assert spelled("over their this") == "over their this"
    assert not {"over", "their"} & words()


def test_what_visitors_can_t_see_yet_is_not_told(shelf: Category) -> None:
    secret = make_product(shelf, "W9", name="Zanzibarium", is_published=False)
    assert "zanzibarium" not in words()

    Product.objects.filter(pk=secret.pk).update(is_published=True)

    assert "zanzibarium" in words()


def test_what_was_put_right_finds_what_was_meant(shelf: Category) -> None:
    assert search_products(text="choclate").ids == ()
    assert len(search_products(text=spelled("choclate")).ids) == 1


def test_spelling_is_one_statement_and_none_for_short_words(
    shelf: Category, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        spelled("choclate strawbery yogurt")
    with django_assert_num_queries(0):
        spelled("a 12 jam")


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_new_words_wait_and_never_deadlock() -> None:
    """One statement each. 1. A inserts "quince"; 2. B inserts "jelly", then waits for A's "quince"; 3. A's "jelly"
    would wait for B's: so each statement inserts its words in order."""
    category = make_category(attribute_schema=[])
    both_begin = threading.Barrier(2, timeout=10)
    failed: list[Exception] = []

    def write(number: int, name: str) -> None:
        try:
            with transaction.atomic():
                both_begin.wait()
                make_product(category, f"X{number}", name=name)
        except Exception as error:  # noqa: BLE001  reported below
            failed.append(error)
        finally:
            connections.close_all()

    for turn in range(10):
        Word.objects.all().delete()
        Product.objects.all().delete()
        threads = [
            threading.Thread(target=write, args=(number, name))
            for number, name in enumerate((f"quince jelly {turn}", f"jelly quince {turn}"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {"quince", "jelly"} <= words()

    assert failed == []
