"""What the database itself does when a sale begins, ends or changes: so psql by hand does no less than the operations.

A statement that turns a sale on or off, or changes what one that is on takes off,
    1. stamps `started_at` and `ended_at`, and beside them in which transaction that was
    2. logs `started` or `ended` for each sale that was turned on or off
    3. locks the sale's products in the order of their ids, then writes each of their prices as it is, so that the
       price's own trigger (catalog/models/price.py) computes what is to pay
A change of a sale's items waits for whoever is turning that sale on or off, and step 3 follows for the products it is
about. Triggers of one event fire in the order of their names.
Proved by tests/integration/test_flash_sale_rules.py.
"""

from typing import Final

import pgtrigger

from shop.events.triggers import VERSION_SEQUENCE, after_statement


def _after(
    name: str, operation: pgtrigger.Operation, func: str, *, old: bool = False, new: bool = False
) -> pgtrigger.Trigger:
    return after_statement(name, operation, f"{func} RETURN NULL;", old=old, new=new)


def _event(operation: str, version: str, rows: str) -> str:
    return f"""
        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)
        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', {operation}, ARRAY[id], ARRAY[{version}], '',
               clock_timestamp()
        FROM ({rows}) AS turned ORDER BY id;
    """  # noqa: S608  the parts put in are the code's own


def _reprice(products: str) -> str:
    return f"""
        PERFORM FROM catalog_product WHERE id IN ({products}) ORDER BY id FOR NO KEY UPDATE;
        UPDATE catalog_price SET version = version WHERE product_id IN ({products});
    """  # noqa: S608  the part put in is the code's own


def _refuse_unpriced(rows: str) -> str:
    return f"""
        IF EXISTS ({rows}) THEN
            RAISE EXCEPTION 'a sale takes a percentage off, or each of its items has an amount'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'flash_sale_priced';
        END IF;
    """


_STAMP: Final = """
    IF NEW.state = 'scheduled' THEN
        NEW.started_at := NULL;
        NEW.started_in := NULL;
        NEW.ended_at := NULL;
        NEW.ended_in := NULL;
    ELSIF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
        IF NEW.state = 'on' THEN
            NEW.started_at := clock_timestamp();
            NEW.started_in := pg_current_xact_id()::text::bigint;
            NEW.ended_at := NULL;
            NEW.ended_in := NULL;
        ELSE
            NEW.ended_at := clock_timestamp();
            NEW.ended_in := pg_current_xact_id()::text::bigint;
        END IF;
    END IF;
    RETURN NEW;
"""
_TURNED: Final = """
    SELECT n.id, n.state, n.version FROM new_rows AS n JOIN old_rows AS o USING (id)
    WHERE (n.state = 'on') <> (o.state = 'on')
"""
_OF_CHANGED_SALES: Final = """
    SELECT item.product_id FROM catalog_flashsaleitem AS item
    JOIN new_rows AS n ON n.id = item.sale_id JOIN old_rows AS o ON o.id = n.id
    WHERE 'on' IN (n.state, o.state)
    AND (n.state, n.percent_off, n.ends_at) IS DISTINCT FROM (o.state, o.percent_off, o.ends_at)
"""
_HOLD_SALES: Final = "PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM {rows}) ORDER BY id FOR SHARE;"
_WITHOUT_PRICE: Final = """
    SELECT FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id
    WHERE n.amount IS NULL AND sale.percent_off IS NULL
"""
_PUT_IN: Final = """
    SELECT n.product_id FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id
    WHERE sale.state = 'on'
"""
_TAKEN_OUT: Final = """
    SELECT o.product_id FROM old_rows AS o JOIN catalog_price AS price USING (product_id)
    WHERE price.flash_sale_id = o.sale_id
"""

_DID_PUT_IN: Final = _HOLD_SALES.format(rows="new_rows") + _refuse_unpriced(_WITHOUT_PRICE) + _reprice(_PUT_IN)
_DID_TAKE_OUT: Final = _HOLD_SALES.format(rows="old_rows") + _reprice(_TAKEN_OUT)

SALE_TRIGGERS: Final = [
    pgtrigger.Trigger(
        name="flash_sale_stamp", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update, func=_STAMP
    ),
    _after(
        "flash_sale_event_insert",
        pgtrigger.Insert,
        _event("'started'", "version", "SELECT id, version FROM new_rows WHERE state = 'on'"),
        new=True,
    ),
    _after(
        "flash_sale_event_update",
        pgtrigger.Update,
        _event("CASE state WHEN 'on' THEN 'started' ELSE 'ended' END", "version", _TURNED),
        old=True,
        new=True,
    ),
    _after(
        "flash_sale_event_delete",
        pgtrigger.Delete,
        _event("'ended'", f"nextval('{VERSION_SEQUENCE}')", "SELECT id FROM old_rows WHERE state = 'on'"),
        old=True,
    ),
    _after(
        "flash_sale_reprice",
        pgtrigger.Update,
        _refuse_unpriced(
            "SELECT FROM new_rows AS n JOIN catalog_flashsaleitem AS item ON item.sale_id = n.id"
            " WHERE n.percent_off IS NULL AND item.amount IS NULL"
        )
        + _reprice(_OF_CHANGED_SALES),
        old=True,
        new=True,
    ),
]
ITEM_TRIGGERS: Final = [
    _after("flash_sale_item_insert", pgtrigger.Insert, _DID_PUT_IN, new=True),
    _after("flash_sale_item_update", pgtrigger.Update, _DID_TAKE_OUT + _DID_PUT_IN, old=True, new=True),
    _after("flash_sale_item_delete", pgtrigger.Delete, _DID_TAKE_OUT, old=True),
    pgtrigger.Trigger(
        name="flash_sale_item_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Truncate,
        func="UPDATE catalog_price SET version = version WHERE flash_sale_id IS NOT NULL; RETURN NULL;",
    ),
]
