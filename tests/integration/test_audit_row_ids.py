"""Which ids an audit looks at: each row's, and those of rows that are gone, where they can be told."""

from itertools import chain

import pytest

from cart.models import Cart
from shop.events.audit.row_ids import BATCH, CLOSE, RowIds

CARTS = RowIds("cart_cart", "id")
FAR = BATCH * CLOSE + 1


def carts(*ids: int) -> None:
    Cart.objects.bulk_create([Cart(id=cart_id) for cart_id in ids])


def walked() -> list[int]:
    return list(chain.from_iterable(ids for _, ids in CARTS.walk()))


@pytest.mark.django_db
def test_every_row_is_looked_at_once_however_many_batches_there_are() -> None:
    carts(*range(1, 2 * BATCH + 2))

    assert walked()[: 2 * BATCH + 1] == list(range(1, 2 * BATCH + 2))
    assert sum(rows for rows, _ in CARTS.walk()) == CARTS.count() == 2 * BATCH + 1


@pytest.mark.django_db
def test_rows_that_are_gone_are_looked_at_between_the_others_and_on_both_sides() -> None:
    carts(3, 7)

    assert walked() == list(range(1, 7 + BATCH + 1))


@pytest.mark.django_db
def test_in_a_shop_whose_numbers_have_gone_far_it_is_the_same() -> None:
    carts(FAR + 1, FAR + 4)

    assert walked() == list(range(FAR + 1 - BATCH, FAR + 4 + BATCH + 1))


@pytest.mark.django_db
def test_numbers_that_lie_far_apart_are_not_counted_through() -> None:
    carts(FAR, 2**62, 2**63 - 1 - BATCH)

    assert walked()[:3] == [FAR, 2**62, 2**63 - 1 - BATCH]
    assert len(walked()) == 3 + BATCH


@pytest.mark.django_db
def test_no_rows_are_no_batches() -> None:
    assert walked() == []
    assert list(CARTS.sample(5)) == []


@pytest.mark.django_db
def test_a_sample_has_each_row_once_and_none_that_is_not_there() -> None:
    carts(2, 5, 9)

    assert list(CARTS.sample(200)) == [(3, [2, 5, 9])]


@pytest.mark.django_db
def test_a_sample_comes_in_batches() -> None:
    carts(*range(1, 2 * BATCH + 1))

    batches = list(CARTS.sample(20 * BATCH))

    assert [rows for rows, _ in batches] == [len(ids) for _, ids in batches]
    assert all(len(ids) <= BATCH for _, ids in batches)
    assert len(batches) == 2
