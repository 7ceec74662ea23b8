"""Which database a test runs on, for the processes that it starts."""

from django.db import connection


def database_url() -> str:
    """Of this process's test database: pytest gave it a name of its own."""
    of = connection.settings_dict
    return f"postgres://{of['USER']}:{of['PASSWORD']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"
