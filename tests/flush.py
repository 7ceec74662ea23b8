"""The flush after a transactional test: what Django's does, at a fifth of its time.

Django's truncates every table and makes all content types and permissions anew: 105 ms of this machine for each test.
This one asks which tables hold rows, in one statement, truncates those, and leaves content types and permissions alone
unless a test has changed them. Invariants (tests/integration/test_flush.py compares the two):

1. afterwards no table of a model holds a row, but content types, permissions, and the log of the flush's own resets;
2. the database has a new id, as a TRUNCATE of any versioned table gives it, even when none held a row: no test reads
   what another one cached;
3. a test that leaves other content types or permissions gets Django's own flush.
"""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.backends.utils import CursorWrapper

KEPT = ("django_content_type", "auth_permission")
KEPT_ROWS = """
    SELECT md5((SELECT string_agg(kind::text, ' ' ORDER BY id) FROM django_content_type AS kind)
        || (SELECT string_agg(permission::text, ' ' ORDER BY id) FROM auth_permission AS permission))
"""


class Flush:
    """Make it once the database has been migrated; it takes down what its content types and permissions are."""

    def __init__(self) -> None:
        found = connection.introspection.django_table_names(only_existing=True, include_views=False)
        self._tables = [connection.ops.quote_name(name) for name in found if name not in KEPT]
        self._kept_rows = self._ask_kept_rows()

    def __call__(self) -> None:
        if self._ask_kept_rows() != self._kept_rows:
            flush_as_django_does()
            self._kept_rows = self._ask_kept_rows()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            before = _database_id(cursor)
            if filled := self._filled(cursor):
                # CASCADE reaches tables that refer to these, which are empty or among them.
                cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
            if _database_id(cursor) == before:
                cursor.execute("SELECT larder_reset('flush')")
        # As Django does, so that no test finds what another one has looked up.
        ContentType.objects.clear_cache()

    def _filled(self, cursor: CursorWrapper) -> Sequence[str]:
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self._tables)  # noqa: S608  Django's own names
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]

    def _ask_kept_rows(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(KEPT_ROWS)
            return str(cursor.fetchone()[0])


def flush_as_django_does() -> None:
    """The flush that TransactionTestCase asks for."""
    call_command(
        "flush",
        verbosity=0,
        interactive=False,
        database=DEFAULT_DB_ALIAS,
        reset_sequences=False,
        allow_cascade=False,
        inhibit_post_migrate=False,
    )


def _database_id(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT database_id FROM events_databaseidentity WHERE id = 1")
    return str(cursor.fetchone()[0])
