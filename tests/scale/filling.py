"""Rows for long tables, by statements of SQL that take the time that they need."""

from collections.abc import Sequence

from django.db import connection


def fill(*statements: str, tables: Sequence[str]) -> None:
    """Run the statements, then vacuum the tables that they filled, as the database would do by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
        cursor.execute("RESET statement_timeout")
