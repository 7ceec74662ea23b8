"""The database's own id, which stands in every cache key; `larder_reset` gives it a new one."""

from django.db import connection


def database_id() -> str:
    """12 hex digits. Raises django.db.DatabaseError when the database can't be asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT database_id FROM events_databaseidentity WHERE id = 1")
        (found,) = cursor.fetchone()
    return str(found)
