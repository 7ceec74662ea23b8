"""Each way in which the tables can contradict each other is found, and never mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from inventory.operations import commit, receive, release, reserve
from inventory.reconcile import reconcile
from inventory.reconcile import rows as reconcile_rows
from inventory.reconcile import run as reconcile_run
from tests.integration.catalog_rows import run_sql
from tests.integration.stock_rows import MINUTES

pytestmark = pytest.mark.usefixtures("own_caches", "shop")


@pytest.fixture
def shop(own_caches: None) -> int:
    """Three products; of the first some are sold, some are held and some were given back. The open reservation."""
    for product_id in (1, 2, 3):
        receive(product_id=product_id, quantity=10, reason="delivery")
    commit(reservation_id=reserve(quantities={1: 2, 2: 1}, lasts=MINUTES))
    release(reservation_id=reserve(quantities={1: 3}, lasts=MINUTES))
    return reserve(quantities={1: 4}, lasts=MINUTES)


@contextmanager
def unguarded() -> Iterator[None]:
    """No trigger looks, as for a restore or a superuser's hand."""
    for table in ("inventory_stock", "inventory_movement"):
        run_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in ("inventory_stock", "inventory_movement"):
            run_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def damage(statement: str) -> None:
    with unguarded():
        run_sql(statement)


def found() -> list[tuple[int, str, str]]:
    """With the cache out of the way, which has findings of its own."""
    return [
        (finding.product_id, finding.problem.name, finding.detail)
        for finding in reconcile().findings
        if finding.problem.name != "CACHED"
    ]


def test_a_shop_that_nobody_damaged_is_clean() -> None:
    report = reconcile()

    assert report.is_clean
    assert (report.checked, report.found) == (3, 0)


def test_more_on_hand_than_the_ledger_knows_of_is_found() -> None:
    damage("UPDATE inventory_stock SET on_hand = on_hand + 1 WHERE product_id = 2")

    assert found() == [(2, "ON_HAND", "10 on hand, the ledger adds up to 9")]


def test_an_entry_that_was_taken_out_of_the_ledger_is_found() -> None:
    damage("DELETE FROM inventory_movement WHERE product_id = 3")

    assert found() == [(3, "ON_HAND", "10 on hand, the ledger adds up to 0")]


def test_held_goods_that_the_ledger_does_not_know_of_are_found() -> None:
    damage("UPDATE inventory_movement SET held_change = held_change + 1 WHERE product_id = 1 AND kind = 'held'")

    assert found() == [(1, "HELD", "4 held, the ledger adds up to 7")]


def test_held_goods_that_no_reservation_holds_are_found(shop: int) -> None:
    run_sql("UPDATE inventory_reservation SET status = 'released', closed_at = now() WHERE id = %s", shop)

    assert found() == [(1, "KEPT", "4 held, open reservations hold 0")]


def test_a_row_that_is_gone_is_found_by_its_ledger_and_its_reservation() -> None:
    damage("DELETE FROM inventory_stock WHERE product_id = 1")

    assert found() == [
        (1, "ON_HAND", "0 on hand, the ledger adds up to 8"),
        (1, "HELD", "0 held, the ledger adds up to 4"),
        (1, "KEPT", "0 held, open reservations hold 4"),
    ]


def test_a_ledger_beyond_the_last_row_is_found() -> None:
    damage(
        "INSERT INTO inventory_movement (product_id, kind, on_hand_change, held_change, reason)"
        " VALUES (9000, 'received', 1, 0, 'by hand')"
    )

    assert found() == [(9000, "ON_HAND", "0 on hand, the ledger adds up to 1")]


def test_less_than_nothing_is_found() -> None:
    """The table's own checks have to go first; the test's transaction brings them back."""
    with transaction.atomic():
        run_sql("ALTER TABLE inventory_stock DROP CONSTRAINT stock_held_is_there")
        run_sql("UPDATE inventory_stock SET held = on_hand + 1 WHERE product_id = 3")
        problems = [problem for product_id, problem, _ in found() if product_id == 3]
        transaction.set_rollback(True)

    assert "NEGATIVE" in problems


def test_all_is_found_whatever_the_size_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    damage("UPDATE inventory_stock SET on_hand = on_hand + 1")
    monkeypatch.setattr(reconcile_rows, "BATCH", 1)
    told: list[tuple[int, int]] = []

    assert [product_id for product_id, _, _ in found()] == [1, 2, 3]
    reconcile(progress=lambda checked, of: told.append((checked, of)))

    assert told[:3] == [(1, 3), (2, 3), (3, 3)]


def test_only_the_products_that_are_named_are_looked_at() -> None:
    damage("UPDATE inventory_stock SET on_hand = on_hand + 1")

    report = reconcile(product_ids=[2, 4711])

    assert {finding.product_id for finding in report.findings} == {2}
    assert report.checked == 2


def test_findings_without_end_are_counted_and_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    damage("UPDATE inventory_stock SET on_hand = on_hand + 1")
    monkeypatch.setattr(reconcile_run, "MOST_TOLD", 1)

    report = reconcile()

    assert (len(report.findings), report.found >= 3) == (1, True)


def test_the_command_tells_what_is_wrong_exits_with_1_and_never_mends_the_tables() -> None:
    damage("UPDATE inventory_stock SET on_hand = on_hand + 1 WHERE product_id = 2")
    before = run_sql("SELECT product_id, on_hand, held FROM inventory_stock ORDER BY 1")
    out = StringIO()

    with pytest.raises(CommandError, match="for people to set right"):
        call_command("reconcile", "--repair", stdout=out)

    assert "the ledger adds up to 9" in " ".join(out.getvalue().split())
    assert run_sql("SELECT product_id, on_hand, held FROM inventory_stock ORDER BY 1") == before
    assert connection.in_atomic_block is False


def test_the_command_is_content_with_a_clean_shop() -> None:
    out = StringIO()

    call_command("reconcile", stdout=out)

    assert out.getvalue() == "3 products checked, 0 wrong, 0 mended.\n"


@pytest.mark.parametrize("product_id", ["0", "-1", "x", str(2**63)])
def test_the_command_refuses_what_is_no_product(product_id: str) -> None:
    with pytest.raises(CommandError):
        call_command("reconcile", "--products", product_id)
