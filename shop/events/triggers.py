"""Triggers for a table whose rows are cached: each row gets a version, each statement is logged.

    class Price(models.Model):
        version = VersionField()
        class Meta:
            triggers = versioned("price", key="product_id")

Versions come from one sequence for the whole database, so a row that is deleted and inserted again goes on above where
it was. `greatest` keeps a row's versions rising even if a restore has put the sequence back.
"""

from collections.abc import Sequence

import pgtrigger
from django.db import models

VERSION_SEQUENCE = "larder_version"
IDS_PER_CHANGE = 1000

# A bulk load sets this for its own transaction, writes without logging, and calls larder_reset() before it commits.
_UNLESS_RESETTING = "IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;"


class VersionField(models.BigIntegerField):  # type: ignore[type-arg]
    """The version column; the trigger sets it, whatever the writer says."""

    def __init__(self, **options: object) -> None:
        options.setdefault("default", 0)
        options.setdefault("editable", False)
        super().__init__(**options)  # type: ignore[arg-type]


def with_versions(entity: str, *, apart_from: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """The trigger of a table whose rows have versions and are not logged: whoever writes it puts into its cache."""
    return [
        pgtrigger.Trigger(
            name=f"{entity}_version",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    NEW.version := nextval('{VERSION_SEQUENCE}');
                ELSE
                    {_unless_same(apart_from)}NEW.version := greatest(OLD.version + 1, nextval('{VERSION_SEQUENCE}'));
                END IF;
                RETURN NEW;
            """,
            declare=[("same", "record")] if apart_from else None,
        )
    ]


def versioned(entity: str, *, key: str = "id", apart_from: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """The triggers of an owner table: `entity` is its name in the log, `key` the column that its cache is keyed by.

    A row in which nothing changed apart from the columns `apart_from` keeps its version, and is not logged: its cache
    shows none of them, or minds an old one.
    """
    inserted = f"SELECT {key} AS id, version FROM new_rows"
    updated = f"{inserted} EXCEPT SELECT {key}, version FROM old_rows" if apart_from else inserted
    deleted = f"SELECT {key} AS id, nextval('{VERSION_SEQUENCE}') AS version FROM old_rows"
    # A connection keeps its plans. An anti-join that was planned for one row takes 10,000 rows through a nested loop.
    gone = f"SELECT {key} AS id FROM old_rows EXCEPT SELECT {key} FROM new_rows"
    moved = f"SELECT id, nextval('{VERSION_SEQUENCE}') FROM ({gone}) AS moved"
    return [
        *with_versions(entity, apart_from=apart_from),
        after_statement(f"{entity}_log_insert", pgtrigger.Insert, _log(entity, inserted), new=True),
        after_statement(
            f"{entity}_log_update", pgtrigger.Update, _log(entity, f"{updated} UNION ALL {moved}"), old=True, new=True
        ),
        after_statement(f"{entity}_log_delete", pgtrigger.Delete, _log(entity, deleted), old=True),
        pgtrigger.Trigger(
            name=f"{entity}_log_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Truncate,
            func=f"{_UNLESS_RESETTING} PERFORM larder_reset('{entity}'); RETURN NULL;",
        ),
    ]


def touches(owner: str, *, owner_key: str, child_key: str, child: str) -> list[pgtrigger.Trigger]:
    """The triggers of a child table: whatever happens to its rows raises the version of their owner's row.

    `owner` is the owner's table, locked in key order, so that two writers of the same children never deadlock.
    """

    def touch(rows: str) -> str:
        return f"""
            PERFORM FROM {owner} WHERE {owner_key} IN (SELECT {child_key} FROM ({rows}) AS child)
                ORDER BY {owner_key} FOR UPDATE;
            UPDATE {owner} SET version = version WHERE {owner_key} IN (SELECT {child_key} FROM ({rows}) AS child);
            RETURN NULL;
        """

    old, new = "SELECT * FROM old_rows", "SELECT * FROM new_rows"
    return [
        after_statement(f"{child}_touch_insert", pgtrigger.Insert, touch(new), new=True),
        after_statement(f"{child}_touch_update", pgtrigger.Update, touch(f"{old} UNION ALL {new}"), old=True, new=True),
        after_statement(f"{child}_touch_delete", pgtrigger.Delete, touch(old), old=True),
    ]


def _unless_same(columns: Sequence[str]) -> str:
    """A row that is as it was, but for these columns, keeps its version."""
    if not columns:
        return ""
    put_back = " ".join(f"same.{column} := OLD.{column};" for column in (*columns, "version"))
    return f"""same := NEW; {put_back}
                    IF same IS NOT DISTINCT FROM OLD THEN NEW.version := OLD.version; RETURN NEW; END IF;
                    """


def after_statement(
    name: str, operation: pgtrigger.Operation, func: str, *, old: bool = False, new: bool = False
) -> pgtrigger.Trigger:
    """Run once for a statement; `func` knows its rows as old_rows and new_rows, if it asks for them."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]
            old="old_rows" if old else None, new="new_rows" if new else None
        ),
        func=func,
    )


def _log(entity: str, rows: str) -> str:
    return f"""
        {_UNLESS_RESETTING}
        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)
        SELECT pg_current_xact_id()::text::bigint, '{entity}', 'changed',
               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()
        FROM (
            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / {IDS_PER_CHANGE} AS part FROM ({rows}) AS r
        ) AS numbered
        GROUP BY part ORDER BY part;
        RETURN NULL;
    """
