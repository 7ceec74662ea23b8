"""A long change log: a change and its trace for each product, every hundredth of them on its way."""

from typing import Final

from tests.scale.filling import fill

_CHANGES: Final = """
    INSERT INTO events_change
        (transaction, entity, operation, ids, versions, retired_database, written_at, published, applied_at)
    SELECT id, 'product', 'changed', ARRAY[id], ARRAY[id], '', now() - id * interval '1 second', 1,
        CASE WHEN id % 100 <> 0 THEN now() - id * interval '1 second' END
    FROM catalog_product
"""
_TRACES: Final = """
    INSERT INTO events_trace (change_id, entity, operation, rows, transaction, committed_at, published_at, consumed_at,
        applied_at, dropped_at, processes)
    SELECT id, entity, operation, 1, transaction, written_at, written_at, written_at, applied_at, applied_at, 1
    FROM events_change WHERE applied_at IS NOT NULL
"""


def log_changes() -> None:
    fill(_CHANGES, _TRACES, tables=("events_change", "events_trace"))
