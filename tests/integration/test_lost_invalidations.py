"""A cache that fails fails no write, and what it did not take is repaired from the log once it is back."""

from decimal import Decimal

import pytest
from django.db.models.functions import Now

from catalog.models import Price
from catalog.operations import change_price
from catalog.price_cache import PRICE_POLICY
from shop.caching.breaker import BreakerState
from shop.caching.clock import ManualClock
from shop.caching.entry import TOMBSTONE, kind_of, version_of
from shop.caching.registry import REGISTRY
from shop.caching.results import Status
from shop.embedded.valkey import EmbeddedValkey
from shop.events import fast_path
from shop.events.fast_path import announced_changes
from shop.events.models import Change
from shop.events.repair import REPAIR, Repair
from shop.events.retention import RETENTION, Pruner
from tests.failures.web import until
from tests.goods import Goods
from tests.integration.cached_prices import REGULAR, amount, entry, read, version, warm, write
from tests.integration.catalog_rows import run_sql
from tests.repaired import REPAIR_LIMIT_S, await_repair


def held(server: EmbeddedValkey, product_id: int) -> bytes | None:
    """What the server holds, also while it refuses to tell anybody else."""
    (key,) = REGISTRY.ground().keys.entries(PRICE_POLICY, [product_id])
    with server._warden() as warden:
        found = warden.get(key)
    return None if found is None else str(found).encode()


def open_the_breaker(product_id: int) -> None:
    while REGISTRY.ground().breaker.state is BreakerState.CLOSED:
        assert read(product_id).status is Status.ERROR


@pytest.mark.parametrize("repaired", [True, False], ids=["repaired", "control: not repaired"])
def test_a_write_succeeds_while_the_cache_fails_and_the_cache_is_right_soon_after_its_return(
    goods: Goods, own_valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch, repaired: bool
) -> None:
    repair = REPAIR if repaired else Repair(replay=lambda: True)
    monkeypatch.setattr(fast_path, "REPAIR", repair)
    before = warm(goods.id)
    own_valkey.answer_errors()

    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)
    written = Price.objects.get(pk=goods.id).amount
    during = amount(goods.id)
    lost = held(own_valkey, goods.id)
    own_valkey.answer_properly()
    until(lambda: not repair.pending, within=REPAIR_LIMIT_S)

    assert written == during == Decimal("7.77")
    assert lost == before
    after = entry(goods.id)
    assert after is not None
    assert (version_of(after) == version(goods.id)) is repaired
    assert (amount(goods.id) == Decimal("7.77")) is repaired


def test_the_repair_waits_for_no_breaker(goods: Goods, own_valkey: EmbeddedValkey) -> None:
    warm(goods.id)
    own_valkey.answer_errors()
    open_the_breaker(goods.id)

    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)
    own_valkey.answer_properly()
    await_repair()

    assert REGISTRY.ground().breaker.state is BreakerState.OPEN
    raised = held(own_valkey, goods.id)
    assert raised is not None
    assert (version_of(raised), kind_of(raised)) == (version(goods.id), TOMBSTONE)


def test_one_repair_mends_what_several_writes_have_lost(goods: Goods, own_valkey: EmbeddedValkey) -> None:
    for product_id in goods.ids[:2]:
        warm(product_id)
    own_valkey.answer_errors()

    for product_id, price in zip(goods.ids[:2], ("7.77", "8.88"), strict=True):
        with announced_changes():
            write(product_id, price)
    own_valkey.answer_properly()
    await_repair()

    assert [amount(product_id) for product_id in goods.ids[:2]] == [Decimal("7.77"), Decimal("8.88")]


def test_a_cache_that_has_no_memory_left_takes_invalidations(goods: Goods, own_valkey: EmbeddedValkey) -> None:
    """The script begins with a deletion; a server out of memory then lets it go on."""
    warm(goods.id)
    own_valkey.refuse_writes()

    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)

    assert not REPAIR.pending
    assert version_of(entry(goods.id)) == version(goods.id)
    assert amount(goods.id) == Decimal("7.77")


def test_a_write_succeeds_while_the_cache_is_dead_and_its_successor_shows_it(
    goods: Goods, own_valkey: EmbeddedValkey
) -> None:
    warm(goods.id)
    own_valkey.kill()

    change_price(product_id=goods.id, amount=Decimal("7.77"), regular_amount=REGULAR)
    during = amount(goods.id)
    own_valkey.start()
    own_valkey.wait_until_ready()
    await_repair()

    assert during == amount(goods.id) == Decimal("7.77")


def test_a_reset_that_the_cache_did_not_hear_of_is_told_after_its_return(
    goods: Goods, own_valkey: EmbeddedValkey
) -> None:
    warm(goods.id)
    keys = REGISTRY.ground().keys
    marker = keys.retired()
    own_valkey.answer_errors()

    with announced_changes():
        run_sql("SELECT larder_reset('restore')")
    own_valkey.answer_properly()
    await_repair()

    assert keys.retired() != marker
    assert REGISTRY.ground().store.read([marker]) != [None]


def test_the_log_is_kept_while_the_cache_fails(
    goods: Goods, own_valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    monkeypatch.setattr(fast_path, "PRUNER", Pruner(clock=clock))
    Change.objects.all().delete()
    write(goods.id, "6.66")
    Change.objects.update(applied_at=Now() - RETENTION * 2)
    clock.advance(3600)
    own_valkey.answer_errors()

    with announced_changes():
        write(goods.id, "7.77")
    during = Change.objects.count()
    own_valkey.answer_properly()
    await_repair()
    with announced_changes():
        write(goods.id, "8.88")

    assert during == 2
    assert not Change.objects.filter(applied_at__lt=Now() - RETENTION).exists()
