"""A sale starts while a price is inserted, or a product is put into it: neither is forgotten.

Each control leaves out the wait for whoever turns the sale on, and forgets it in some order.
"""

from contextlib import nullcontext
from functools import partial

import pytest
from django.db import transaction

from tests.integration.catalog_rows import run_sql
from tests.integration.flash_sales import make_sale, paid, turn
from tests.races.actors import Stage, interleavings, point
from tests.races.rewritten_functions import without


@pytest.fixture
def apple(product_id: int) -> int:
    """A product that costs 10.00, reduced or not."""
    run_sql("UPDATE catalog_price SET regular_amount = 10 WHERE product_id = %s", product_id)
    return product_id


@pytest.mark.parametrize("waits", [True, False])
def test_a_price_that_is_inserted_while_the_sale_starts_gets_the_sales(
    unpriced_id: int, stage: Stage, waits: bool
) -> None:
    """The control does not wait, at the product, for who turns a sale on."""

    def insert() -> None:
        point("at the beginning")
        with transaction.atomic():
            run_sql(
                "INSERT INTO catalog_price (product_id, regular_amount, amount, version) VALUES (%s, 10, 10, 0)",
                unpriced_id,
            )
            point("inserted")

    def start(sale_id: int) -> None:
        point("at the beginning")
        with transaction.atomic():
            turn(sale_id, "on")
            point("started")

    part = "PERFORM FROM catalog_product WHERE id = NEW.product_id FOR SHARE;"
    found = set()
    with nullcontext() if waits else without(part, trigger="price_flash"):
        for order in interleavings({"inserter": 2, "starter": 2}, most=6):
            run_sql("DELETE FROM catalog_price WHERE product_id = %s", unpriced_id)
            sale_id = make_sale([unpriced_id])

            stage.play({"inserter": insert, "starter": partial(start, sale_id)}, order)

            found.add(paid(unpriced_id))
            turn(sale_id, "ended")
    assert found == ({"8.00"} if waits else {"8.00", "10.00"})


@pytest.mark.parametrize("waits", [True, False])
def test_what_is_put_into_a_sale_while_it_starts_is_reduced(apple: int, stage: Stage, waits: bool) -> None:
    """The control does not wait, at the sale, for who turns it on."""

    def put_in(sale_id: int) -> None:
        point("at the beginning")
        with transaction.atomic():
            run_sql("INSERT INTO catalog_flashsaleitem (sale_id, product_id) VALUES (%s, %s)", sale_id, apple)
            point("put in")

    def start(sale_id: int) -> None:
        point("at the beginning")
        with transaction.atomic():
            turn(sale_id, "on")
            point("started")

    part = "PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM new_rows) ORDER BY id FOR SHARE;"
    found = set()
    with nullcontext() if waits else without(part, trigger="flash_sale_item_insert"):
        for order in interleavings({"clerk": 2, "starter": 2}, most=6):
            sale_id = make_sale([])

            stage.play({"clerk": partial(put_in, sale_id), "starter": partial(start, sale_id)}, order)

            found.add(paid(apple))
            turn(sale_id, "ended")
    assert found == ({"8.00"} if waits else {"8.00", "10.00"})
