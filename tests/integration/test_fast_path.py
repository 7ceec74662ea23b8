"""A writer's own changes are in the caches right after the outermost commit, and never before it or without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from decimal import Decimal

import pytest
from django.db import transaction

from catalog.models import Price, ReviewSummary
from catalog.price_cache import PRICE_CACHE
from shop.caching.entry import TOMBSTONE, kind_of, version_of
from shop.caching.results import Status
from shop.events.apply import replay_log
from shop.events.fast_path import announced_changes
from shop.events.models import Change
from tests.goods import Goods
from tests.integration.cached_prices import amount, entry, read, version, warm, write
from tests.integration.catalog_rows import logged, run_sql


class ChangedMindError(Exception):
    """What a writer raises to roll back."""


def test_what_a_queryset_update_wrote_is_in_the_next_read(goods: Goods) -> None:
    warm(goods.id)

    with announced_changes():
        write(goods.id, "7.77")

    raised = entry(goods.id) or b""
    assert (version_of(raised), kind_of(raised)) == (version(goods.id), TOMBSTONE)
    result = read(goods.id)
    assert (result.status, result.value and result.value.amount) == (Status.MISS, Decimal("7.77"))
    assert read(goods.id).status is Status.HIT


def test_a_statement_over_many_rows_reaches_every_entry(goods: Goods) -> None:
    for product_id in goods.ids:
        warm(product_id)

    with announced_changes():
        Price.objects.filter(pk__in=goods.ids).update(amount=Decimal("1.11"))

    assert {amount(product_id) for product_id in goods.ids} == {Decimal("1.11")}


def test_rows_of_other_products_keep_their_entries(goods: Goods) -> None:
    other = warm(goods.ids[1])

    with announced_changes():
        write(goods.id, "7.77")

    assert entry(goods.ids[1]) == other


def test_a_deleted_row_is_gone_from_the_next_read(goods: Goods) -> None:
    warm(goods.id)

    with announced_changes():
        Price.objects.filter(pk=goods.id).delete()

    assert read(goods.id).value is None


def test_a_rollback_announces_nothing(goods: Goods) -> None:
    before = warm(goods.id)

    with logged() as changes, suppress(ChangedMindError), announced_changes():
        write(goods.id, "7.77")
        raise ChangedMindError

    assert changes.rows == []
    assert entry(goods.id) == before
    assert read(goods.id).status is Status.HIT


def test_a_block_that_only_reads_announces_nothing(goods: Goods) -> None:
    before = warm(goods.id)

    with logged() as changes, announced_changes():
        Price.objects.get(pk=goods.id)

    assert changes.rows == []
    assert entry(goods.id) == before


@pytest.mark.parametrize("outermost", [announced_changes, transaction.atomic], ids=["announced", "plain"])
def test_a_nested_block_is_announced_after_the_outermost_commit_and_not_before(
    goods: Goods, outermost: Callable[[], AbstractContextManager[object]]
) -> None:
    before = warm(goods.id)

    with outermost():
        with announced_changes():
            write(goods.id, "7.77")
        inside = entry(goods.id)
        write(goods.ids[1], "8.88")

    assert inside == before
    assert version_of(entry(goods.id)) == version(goods.id)
    assert [amount(product_id) for product_id in goods.ids[:2]] == [Decimal("7.77"), Decimal("8.88")]


def test_the_outermost_rollback_takes_a_nested_block_with_it(goods: Goods) -> None:
    before = warm(goods.id)

    with suppress(ChangedMindError), transaction.atomic():
        with announced_changes():
            write(goods.id, "7.77")
        raise ChangedMindError

    assert entry(goods.id) == before


def test_a_savepoint_that_is_rolled_back_announces_nothing_and_its_surroundings_all(goods: Goods) -> None:
    warm(goods.id)
    other = warm(goods.ids[1])

    with announced_changes():
        write(goods.id, "7.77")
        with suppress(ChangedMindError), announced_changes():
            write(goods.ids[1], "8.88")
            raise ChangedMindError

    assert amount(goods.id) == Decimal("7.77")
    assert entry(goods.ids[1]) == other


def test_inside_its_transaction_a_writer_reads_past_the_caches(goods: Goods) -> None:
    before = warm(goods.id)

    with announced_changes():
        write(goods.id, "7.77")
        result = read(goods.id)
        inside = entry(goods.id)

    assert (result.status, result.value and result.value.amount) == (Status.BYPASSED, Decimal("7.77"))
    assert inside == before


def test_a_change_that_nobody_announced_is_in_the_log_and_reaches_the_caches_by_replay(goods: Goods) -> None:
    before = warm(goods.id)

    with logged() as changes:
        write(goods.id, "7.77")
    unannounced = entry(goods.id)
    taken = replay_log()

    assert changes.of("price") == {goods.id: version(goods.id)}
    assert unannounced == before
    assert taken
    assert amount(goods.id) == Decimal("7.77")


def test_a_second_replay_erases_nothing(goods: Goods) -> None:
    with announced_changes():
        write(goods.id, "7.77")
    filled = warm(goods.id)

    replay_log()
    replay_log()

    assert entry(goods.id) == filled


def test_a_write_announces_its_own_transaction_only(goods: Goods) -> None:
    """Another writer may not have committed all of its changes yet; they are its own to announce."""
    before = warm(goods.id)
    write(goods.id, "7.77")

    with announced_changes():
        write(goods.ids[1], "8.88")

    assert entry(goods.id) == before


def test_one_statement_over_more_rows_than_a_log_row_holds_is_announced_whole(goods: Goods) -> None:
    products = 1_001
    run_sql(
        "INSERT INTO catalog_product (sku, slug, name, brand, category_id, description, attributes, is_published,"
        " created_at, updated_at, version)"
        " SELECT 'N-' || n, 'n-' || n, 'N', '', %s, '', '{}', true, now(), now(), 0 FROM generate_series(1, %s) AS n",
        goods.jams.pk,
        products,
    )
    before = Change.objects.count()
    prices = [Price(product_id=pk, amount=1, regular_amount=1) for pk in ReviewSummary.objects.values_list(flat=True)]
    created = [price for price in prices if price.pk not in goods.ids]
    negative = [PRICE_CACHE.get(pk, load=lambda ids: {}).value for pk in (created[0].pk, created[-1].pk)]

    with announced_changes():
        Price.objects.bulk_create(created)

    assert negative == [None, None]
    assert len(created) == products
    assert Change.objects.count() == before + 2
    assert [amount(created[0].pk), amount(created[-1].pk)] == [Decimal(1), Decimal(1)]
