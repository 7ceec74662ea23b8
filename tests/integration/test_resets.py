"""After "anything may have changed" no process reads an entry of before: keys hold the database's id, which is new."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction

from catalog.loaders import load_prices
from catalog.models import Review
from catalog.price_cache import PRICE_POLICY
from catalog.queries import get_review_summary
from catalog.snapshots import PriceSnapshot
from shop.caching.cache_aside import CacheAside
from shop.caching.ground import Ground
from shop.caching.keys import KeySpace
from shop.caching.registry import REGISTRY
from shop.events.apply import replay_log
from shop.events.fast_path import announced_changes
from shop.events.identity import database_id
from shop.events.models import Change
from tests.goods import Goods
from tests.integration.cached_prices import amount, entry, warm, write
from tests.integration.catalog_rows import logged, run_sql

OWNERS = {
    "catalog_categorytree": "category_tree",
    "catalog_product": "product",
    "catalog_price": "price",
    "catalog_reviewsummary": "review_summary",
    "catalog_relatedproducts": "related_products",
}


class ChangedMindError(Exception):
    """What a writer raises to roll back."""


def another_process() -> Ground:
    """What another process stands on, which has asked for the database's id already."""
    keys = KeySpace(namespace=settings.CACHE_NAMESPACE, database_id=database_id)
    assert keys.base == REGISTRY.ground().keys.base
    return replace(REGISTRY.ground(), keys=keys)


def prices_of(ground: Ground) -> CacheAside[PriceSnapshot]:
    return CacheAside(PRICE_POLICY, PriceSnapshot, ground=lambda: ground, register=False)


def restore(product_id: int, amount: str) -> None:
    """Rows are other rows from now on, and the log does not say which."""
    run_sql("SET LOCAL larder.changes = 'reset'")
    write(product_id, amount)
    run_sql("SELECT larder_reset('restore')")
    run_sql("SET LOCAL larder.changes = ''")


def test_a_reset_gives_the_database_a_new_id_and_logs_the_old_one(goods: Goods) -> None:
    before = database_id()

    with logged() as changes:
        run_sql("SELECT larder_reset('restore')")

    assert database_id() != before
    assert [(x.operation, x.entity, x.ids, x.retired_database) for x in changes.rows] == [
        (Change.Operation.RESET, "restore", [], before)
    ]


def test_a_reset_that_is_rolled_back_leaves_the_id_and_the_entries(goods: Goods) -> None:
    before, cached = database_id(), warm(goods.id)

    with suppress(ChangedMindError), announced_changes():
        run_sql("SELECT larder_reset('restore')")
        raise ChangedMindError

    assert database_id() == before
    assert entry(goods.id) == cached


def test_the_process_that_resets_never_reads_an_entry_of_before_again(goods: Goods) -> None:
    old_key = REGISTRY.ground().keys.entries(PRICE_POLICY, [goods.id])
    cached = warm(goods.id)

    with announced_changes():
        restore(goods.id, "7.77")

    assert REGISTRY.ground().store.read(old_key) == [cached], "old entries die by themselves, nobody scans for them"
    assert entry(goods.id) is None
    assert amount(goods.id) == Decimal("7.77")


@pytest.mark.parametrize("told", [True, False], ids=["the old id is marked", "control: it is not"])
def test_another_process_meets_the_marker_at_its_next_read(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    cached = warm(goods.id)
    elsewhere = another_process()
    before = elsewhere.keys.base
    if not told:
        monkeypatch.setattr("shop.events.apply._retire", lambda retired_id: True)

    with announced_changes():
        restore(goods.id, "7.77")

    found = elsewhere.read([(PRICE_POLICY, goods.id)])

    assert found == ([None] if told else [cached])
    assert (elsewhere.keys.base == REGISTRY.ground().keys.base) is told
    assert (elsewhere.keys.base == before) is not told


def test_another_process_shows_what_stands_in_the_restored_database(goods: Goods) -> None:
    warm(goods.id)
    prices = prices_of(another_process())

    with announced_changes():
        restore(goods.id, "7.77")

    shown = prices.get(goods.id, load=load_prices).value
    assert shown is not None
    assert shown.amount == Decimal("7.77")


def test_a_reset_that_nobody_announced_reaches_every_process_by_replay(goods: Goods) -> None:
    warm(goods.id)
    prices = prices_of(another_process())
    with transaction.atomic():
        restore(goods.id, "7.77")
    before = amount(goods.id)

    replay_log()

    shown = prices.get(goods.id, load=load_prices).value
    assert before != Decimal("7.77"), "without a word, the old entries are still read"
    assert shown is not None
    assert shown.amount == amount(goods.id) == Decimal("7.77")


def test_several_resets_in_one_transaction_retire_the_id_that_was_in_use(goods: Goods) -> None:
    warm(goods.id)
    elsewhere = another_process()

    with announced_changes():
        restore(goods.id, "7.77")
        restore(goods.id, "8.88")

    assert elsewhere.read([(PRICE_POLICY, goods.id)]) == [None]
    assert amount(goods.id) == Decimal("8.88")


@pytest.mark.parametrize("table", OWNERS)
def test_a_truncate_of_what_is_cached_is_a_reset(goods: Goods, table: str) -> None:
    warm(goods.id)
    before = database_id()

    with logged() as changes, announced_changes():
        run_sql(f"TRUNCATE {table} CASCADE")

    resets = [change for change in changes.rows if change.operation == Change.Operation.RESET]
    assert OWNERS[table] in {reset.entity for reset in resets}
    assert before in {reset.retired_database for reset in resets}
    assert REGISTRY.ground().keys.base.endswith(database_id())
    assert database_id() != before
    assert entry(goods.id) is None


def test_after_a_truncate_of_prices_nothing_has_a_price(goods: Goods) -> None:
    warm(goods.id)

    with announced_changes():
        run_sql("TRUNCATE catalog_price")

    assert amount(goods.id) is None


def test_a_truncate_of_reviews_reaches_their_summaries(goods: Goods) -> None:
    assert get_review_summary(product_id=goods.id).count == 2

    with announced_changes():
        run_sql("TRUNCATE catalog_review")

    assert not Review.objects.exists()
    assert get_review_summary(product_id=goods.id).count == 0
