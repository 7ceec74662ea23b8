"""A process that is paused within a transaction gives its locks back: the database ends its session."""

import threading
import time
from collections.abc import Sequence

import pytest
from django.core.management import call_command
from django.db import InternalError, OperationalError, transaction
from django.db.models.signals import pre_migrate
from psycopg import errors

from catalog.bulk.selection import allow_time
from catalog.csv import operation
from catalog.csv.operation import Mode, import_products
from catalog.csv.planning import Plan, planned
from catalog.seeding.run import seed_shop
from inventory.models import Reservation
from inventory.operations import receive, reserve
from inventory.queries import get_stock
from inventory.snapshots import StockSnapshot
from shop.storefront.failure import UNAVAILABLE, Failure
from shop.storefront.failures import failure_of
from tests.integration.at_once import together
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES, sums_agree

pytestmark = pytest.mark.usefixtures("own_caches")

LIMIT_S = 5


def idle_limit() -> object:
    return run_sql("SHOW idle_in_transaction_session_timeout")[0][0]


def reserved_within(seconds: float) -> bool:
    """Somebody else wants the same goods, and tries again whenever they have waited too long for the lock."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            reserve(quantities={1: 1}, lasts=MINUTES)
        except OperationalError:
            continue
        return True
    return False


@pytest.mark.parametrize("limited", [True, False], ids=["limited", "control: without a limit"])
def test_a_stalled_buyer_does_not_keep_the_goods_from_all_others(limited: bool) -> None:
    receive(product_id=1, quantity=10, reason="delivery")
    holding, enough = threading.Event(), threading.Event()
    bought: list[bool] = []
    ended: list[bool] = []

    def stall() -> None:
        if not limited:
            run_sql("SET idle_in_transaction_session_timeout = 0")
        try:
            with transaction.atomic():
                reserve(quantities={1: 4}, lasts=MINUTES)
                holding.set()
                assert enough.wait(30)
                Reservation.objects.exists()
        except InternalError:
            ended.append(True)

    def buy() -> None:
        assert holding.wait(10)
        bought.append(reserved_within(LIMIT_S + 2.5))
        enough.set()

    together(stall, buy)

    assert (bought, bool(ended)) == ([limited], limited)
    assert get_stock(product_id=1) == StockSnapshot(1, 10, 1 if limited else 4)
    assert sums_agree()


def test_seeding_may_think_for_as_long_as_it_likes() -> None:
    limits = []

    def note(product_ids: Sequence[int]) -> None:
        limits.append(idle_limit())

    seed_shop(products=10, seed=1, progress=lambda count: None, on_batch=note)

    assert set(limits) == {"0"}
    assert idle_limit() == f"{LIMIT_S}s"


def test_an_import_may_think_for_longer_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def note(data: bytes) -> Plan:
        limits.append(idle_limit())
        return planned(data)

    monkeypatch.setattr(operation, "planned", note)

    import_products(data=b"sku\n", mode=Mode.ALL, user_id=1)

    assert limits == ["90s"]


def test_a_change_of_many_products_may_think_for_longer_than_a_page() -> None:
    with transaction.atomic():
        allow_time()

        assert idle_limit() == "1min"


def test_a_migration_may_think_for_as_long_as_it_likes() -> None:
    limits = []

    def note(**told: object) -> None:
        limits.append(idle_limit())

    pre_migrate.connect(note)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(note)

    assert limits[-1] == "0"
    assert idle_limit() == f"{LIMIT_S}s"


@pytest.mark.parametrize(("sqlstate", "failure"), [("25P03", UNAVAILABLE), ("25P02", None)], ids=["ended", "a defect"])
def test_whoever_was_ended_is_told_to_come_back(sqlstate: str, failure: Failure | None) -> None:
    error = InternalError()
    error.__cause__ = errors.lookup(sqlstate)()

    assert failure_of(error) == failure
