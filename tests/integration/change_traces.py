"""Traces, stations and rows of the change log as relays and consumers leave them."""

from collections.abc import Sequence

from shop.events.messages import Event
from shop.events.models import Change
from shop.events.tracing import Times, trace, trace_dropped
from tests.integration.catalog_rows import run_sql

COMMITTED_MS = 1_900_000_000_000


def traced(
    change_id: int,
    *,
    transaction: int = 771,
    kind: str = "changed",
    entity: str = "price",
    rows: int = 2,
    committed_ms: int = COMMITTED_MS,
    published: int = 30,
    consumed: int = 40,
    applied: int = 50,
    dropped: Sequence[int] = (),
) -> None:
    """One trace; each stage in ms after the commit, `dropped` once for each process that told."""
    event = Event(
        id=change_id,
        database="3f9c52d07ab1",
        type=kind,
        entity=entity,
        ids=tuple(range(rows)),
        versions=tuple(range(rows)),
        transaction=transaction,
        committed_at=committed_ms,
        published_at=committed_ms + published,
    )
    trace([event], Times(committed_ms + consumed, committed_ms + applied))
    for ms in dropped:
        trace_dropped([change_id], at_ms=committed_ms + ms)


def logged(*, age_s: float = 0.0, published: int = 0, due_in_s: float = 0.0) -> Change:
    """One unfinished row of the log; the rows that the goods have left are finished first."""
    run_sql("UPDATE events_change SET applied_at = clock_timestamp() WHERE applied_at IS NULL")
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at,"
        " published, due_at) VALUES (771, 'price', 'changed', '{7}', '{1042}', '',"
        " clock_timestamp() - make_interval(secs => %s), %s, clock_timestamp() + make_interval(secs => %s))",
        age_s,
        published,
        due_in_s,
    )
    return Change.objects.get(applied_at=None)


def fell_silent(name: str, *, seconds: float) -> None:
    run_sql("UPDATE events_station SET seen_at = seen_at - make_interval(secs => %s) WHERE name = %s", seconds, name)
