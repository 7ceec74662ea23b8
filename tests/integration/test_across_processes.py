"""What one process writes, the next read in any other process shows."""

import os
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Price
from catalog.operations import change_price, post_review, update_product
from tests.failures.web import Web, running_web, until
from tests.goods import Goods

WRITES = 25


def test_every_operation_is_seen_by_the_next_read_of_another_process(goods: Goods) -> None:
    with running_web(redis_url=os.environ["REDIS_URL"], namespace=settings.CACHE_NAMESPACE) as web:
        path = f"/api/products/{goods.id}"
        reviews = web.get(path).json["reviews"]["count"]
        for turn in range(1, WRITES + 1):
            until(partial(_price_is_cached, web, path), within=5)

            change_price(product_id=goods.id, amount=Decimal(turn), regular_amount=Decimal(99))
            assert web.get(path).json["price"]["amount"] == f"{turn}.00"

            update_product(product_id=goods.id, name=f"Jam number {turn}")
            assert web.get(path).json["name"] == f"Jam number {turn}"

            post_review(product_id=goods.id, author="Ann", rating=4, title="Good", body="Quite good.")
            assert web.get(path).json["reviews"]["count"] == reviews + turn


def test_a_change_in_the_admin_is_seen_by_the_next_read_of_another_process(goods: Goods, staff: Client) -> None:
    assert User.objects.filter(is_staff=True).exists()
    with running_web(redis_url=os.environ["REDIS_URL"], namespace=settings.CACHE_NAMESPACE) as web:
        path = f"/api/products/{goods.id}"
        assert web.get(path).json["price"]["amount"] != "3.33"
        until(partial(_price_is_cached, web, path), within=5)

        answer = staff.post(
            f"/admin/catalog/price/{goods.id}/change/",
            {"product": goods.id, "currency": "EUR", "regular_amount": "9.00", "amount": "3.33", "_save": "Save"},
        )

        assert answer.status_code == 302, answer.content.decode()[:2000]
        assert Price.objects.get(pk=goods.id).amount == Decimal("3.33")
        assert web.get(path).json["price"]["amount"] == "3.33"


def _price_is_cached(web: Web, path: str) -> bool:
    """A process that starts replays the change log, so that its first reads may not be stored yet."""
    return "price; hit" in web.get(path).headers["cache-status"]
