"""What staff see when somebody else holds the rows for too long: why, and what they had typed. Nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from catalog.models import CategoryTree, Price, Product, Review
from shop.storefront.failures import failure_of
from tests.goods import Goods
from tests.integration.at_once import until_somebody_waits_for_a_lock
from tests.integration.catalog_rows import run_sql
from tests.integration.held_rows import held
from tests.integration.test_admin_bulk_locks import held_first_product
from tests.integration.test_admin_history import editable_list
from tests.integration.test_admin_stale_forms import opened_form

BUSY = "Somebody else is changing these rows"


def somebody_holds(product_id: int) -> AbstractContextManager[None]:
    """This product and the tree, meanwhile. We give up waiting after a moment."""

    def lock() -> None:
        list(CategoryTree.objects.select_for_update())
        list(Product.objects.select_for_update().filter(pk=product_id))

    return held(lock, patience="100ms")


def test_a_list_comes_back_as_it_was_typed(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_price_changelist")
    fields = editable_list(staff, address, amount="1.23")

    with somebody_holds(goods.id):
        page = staff.post(address, fields)

    text = page.content.decode()
    assert page.status_code == 200
    assert BUSY in text
    assert 'value="1.23"' in text
    assert Price.objects.get(pk=goods.id).amount != 1
    assert staff.post(address, fields).status_code == 302, "what came back can be sent again"


def test_a_form_comes_back_as_it_was_typed(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_change", args=[goods.id])
    fields = opened_form(staff, address) | {"name": "Damson jam", "price-0-amount": "2.10"}

    with somebody_holds(goods.id):
        page = staff.post(address, {name: value for name, value in fields.items() if value is not None})

    text = page.content.decode()
    assert page.status_code == 200
    assert BUSY in text
    assert 'value="Damson jam"' in text
    assert 'value="2.10"' in text
    assert Product.objects.get(pk=goods.id).name == "Plum jam 0"


def test_a_delete_says_that_nothing_was_done(staff: Client, goods: Goods) -> None:
    address = reverse("admin:catalog_product_delete", args=[goods.id])

    with somebody_holds(goods.id):
        answer = staff.post(address, {"post": "yes"})

    assert answer.status_code == 302
    assert BUSY in staff.get(address).content.decode()


def test_a_verdict_on_a_review_says_that_nothing_was_done(staff: Client, goods: Goods) -> None:
    review = Review.objects.get(author="Ann")

    with somebody_holds(goods.id):
        answer = staff.post(reverse("admin:catalog_review_moderate", args=[review.pk]), {"verdict": "hide"})

    assert answer.status_code == 302
    assert BUSY in staff.get(reverse("admin:catalog_review_changelist")).content.decode()
    assert Review.objects.get(pk=review.pk).status == review.status


def test_a_move_of_a_category_says_that_nothing_was_done(staff: Client, goods: Goods) -> None:
    with somebody_holds(goods.id):
        answer = staff.post(reverse("admin:catalog_category_move", args=[goods.jams.pk]), {"direction": "out"})

    assert answer.status_code == 302
    assert BUSY in staff.get(reverse("admin:catalog_category_changelist")).content.decode()


def test_a_wait_that_was_given_up_is_not_called_a_lost_connection(goods: Goods) -> None:
    with pytest.raises(Exception, match="lock timeout") as locked_out, somebody_holds(goods.id), transaction.atomic():
        list(Product.objects.select_for_update().filter(pk=goods.id))
    with pytest.raises(Exception, match="statement timeout") as slow, transaction.atomic():
        run_sql("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(2)")
    with pytest.raises(Exception, match="terminating") as lost:
        run_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()

    codes = [failure.code for one in (locked_out, slow, lost) if (failure := failure_of(one.value))]
    assert codes == ["busy", "busy", "unavailable"]


@pytest.mark.parametrize("model", ["product", "price"])
def test_a_list_locks_its_first_product_before_later_ones(goods: Goods, model: str) -> None:
    """Though it shows the newest first. Bulk changes do the same, so neither waits for the other in a circle."""
    staff = Client(raise_request_exception=False)
    staff.force_login(User.objects.create_superuser("clerk"))
    address = reverse(f"admin:catalog_{model}_changelist")
    fields = editable_list(staff, address)
    field = "is_featured" if model == "product" else "regular_amount"
    fields |= {f"form-{row}-{field}": "on" if model == "product" else "9.00" for row in range(len(goods.ids))}

    def save() -> int:
        try:
            return staff.post(address, fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with held_first_product(goods):
            saving = pool.submit(save)
            until_somebody_waits_for_a_lock()
            with transaction.atomic():
                for rows in (Product.objects.all(), Price.objects.all()):
                    free = rows.select_for_update(no_key=True, skip_locked=True).exclude(pk=goods.id)
                    assert len(free) == len(goods.ids) - 1
        assert saving.result() == 302
