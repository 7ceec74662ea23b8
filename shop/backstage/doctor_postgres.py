"""Checks of PostgreSQL: does it answer, is it new enough, has it all migrations and the extension for typing errors."""

import time
from collections.abc import Iterator
from typing import Final

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from shop.backstage.doctor import Finding, Verdict, clock_finding

OLDEST_MAJOR: Final = 15
OLDEST: Final = OLDEST_MAJOR * 10_000


def postgres() -> Iterator[Finding]:
    """All findings about the database; one alone when it does not answer."""
    try:
        yield _answer()
        yield _clock()
        yield _migrations()
        yield _trigrams()
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Start the server, or correct the address, user or password in DATABASE_URL."
        yield Finding("PostgreSQL", Verdict.WRONG, f"does not answer: {reason}", remedy)


def _answer() -> Finding:
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
    detail = f"{version} answers in {(time.perf_counter() - begun) * 1000:.1f} ms"
    if number < OLDEST:
        return Finding("PostgreSQL", Verdict.WRONG, detail, f"Larder needs PostgreSQL {OLDEST_MAJOR} or later.")
    return Finding("PostgreSQL", Verdict.OK, detail)


def _clock() -> Finding:
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    ours = before + (timezone.now() - before) / 2
    return clock_finding(server="PostgreSQL", difference_s=(theirs - ours).total_seconds())


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return Finding("migrations", Verdict.OK, "all applied")
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:3])
    more = " ..." if len(missing) > 3 else ""
    return Finding("migrations", Verdict.WRONG, f"{len(missing)} missing: {names}{more}", "Run `manage.py migrate`.")


def _trigrams() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'pg_trgm'")
        row = cursor.fetchone()
    if row is None:
        remedy = "Run `manage.py migrate`; if it may not, let a superuser run `CREATE EXTENSION pg_trgm`."
        return Finding("pg_trgm", Verdict.WRONG, "not installed: a search with a typing error finds nothing", remedy)
    return Finding("pg_trgm", Verdict.OK, row[0])
