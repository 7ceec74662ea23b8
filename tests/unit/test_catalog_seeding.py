"""The goods of a seed: always the same, all different, and all believable to the shop's own rules."""

import subprocess
import sys
from dataclasses import asdict
from hashlib import sha256

from django.utils import timezone

from catalog.models.attribute_schema import validate_attributes, validate_schema
from catalog.models.text import plain_text
from catalog.seeding.groceries import read_groceries
from catalog.seeding.products import Generator
from catalog.seeding.schema import attribute_schema

SCHEMAS = {shelf.name: attribute_schema(shelf) for department in read_groceries() for shelf in department.shelves}
FINGERPRINT = """
from hashlib import sha256
from catalog.seeding.products import Generator
made = Generator(7)
print(sha256(repr([made.product(number) for number in (1, 2, 999, 54_321)]).encode()).hexdigest())
"""


def test_another_process_makes_the_same_goods() -> None:
    made = Generator(7)
    here = sha256(repr([made.product(number) for number in (1, 2, 999, 54_321)]).encode()).hexdigest()

    there = subprocess.run([sys.executable, "-c", FINGERPRINT], check=True, capture_output=True, text=True)

    assert there.stdout.strip() == here


def test_a_product_does_not_depend_on_what_was_made_before_it() -> None:
    walked = Generator(3)
    all_of_them = [walked.product(number) for number in range(1, 201)]

    assert Generator(3).product(200) == all_of_them[-1]
    assert Generator(4).product(200) != all_of_them[-1]


def test_goods_are_distinct_fit_their_category_and_keep_the_table_s_rules() -> None:
    made = Generator(1)
    names, skus = set(), set()
    for number in range(1, 5001):
        product = made.product(number)
        names.add(product.name)
        skus.add(product.sku)
        validate_attributes(product.attributes, schema=SCHEMAS[product.shelf])
        plain_text(repr(asdict(product)))
        assert product.slug
        assert len(product.slug) <= 140
        assert len(product.name) <= 140
        assert 0 < product.amount <= product.regular_amount
        assert product.created_at < timezone.now()
        assert len(product.reviews) <= 20
        assert all(product.created_at < said.created_at < timezone.now() for said in product.reviews)
        assert all(1 <= said.rating <= 5 and len(said.title) <= 120 for said in product.reviews)
        assert not any("{" in said.body for said in product.reviews)
    assert len(names) == len(skus) == 5000


def test_goods_stay_distinct_when_the_shelves_come_round_again() -> None:
    made = Generator(1)

    assert len({made.product(number).name for number in range(60_000, 65_000)}) == 5000


def test_the_shop_has_sales_hidden_goods_and_opinions_in_proportion() -> None:
    made = Generator(1)
    goods = [made.product(number) for number in range(1, 3001)]

    assert 0.09 < sum(product.amount < product.regular_amount for product in goods) / 3000 < 0.15
    assert 0.003 < sum(not product.is_published for product in goods) / 3000 < 0.03
    assert {product.shelf for product in goods} == set(SCHEMAS)
    assert len({len(product.reviews) for product in goods}) > 15


def test_there_are_at_least_twelve_departments_with_shelves_of_valid_schemas() -> None:
    assert len(read_groceries()) >= 12
    assert len(SCHEMAS) == sum(len(department.shelves) for department in read_groceries())
    for schema in SCHEMAS.values():
        validate_schema(schema)
