"""The database's trigger functions with a part left out, for controls."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.catalog_rows import run_sql

_SOURCE = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE %s"


@contextmanager
def without(part: str, *, trigger: str, instead: str = "") -> Iterator[None]:
    """For now the function of this trigger has something `instead` of this part of its text."""
    ((source,),) = run_sql(_SOURCE, f"pgtrigger\\_{trigger}\\_%")
    assert part in source
    run_sql(source.replace(part, instead))
    try:
        yield
    finally:
        run_sql(source)
