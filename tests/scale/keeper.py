"""The shop's keeper, and what a keeper leaves behind: one line of history for each product."""

from typing import Final

import psycopg

KEEPER: Final = "keeper"

_KEEPER: Final = """
    INSERT INTO auth_user
        (username, password, first_name, last_name, email, is_staff, is_superuser, is_active, date_joined)
    VALUES (%s, '!', '', '', '', true, true, true, now()) RETURNING id
"""
_TYPE: Final = "INSERT INTO django_content_type (app_label, model) VALUES ('catalog', 'product') ON CONFLICT DO NOTHING"
_HISTORY: Final = """
    INSERT INTO django_admin_log
        (action_time, user_id, content_type_id, object_id, object_repr, action_flag, change_message)
    SELECT now() - product.id * interval '1 second', %s, kind.id, product.id, product.name, 2, '[]'
    FROM catalog_product AS product, django_content_type AS kind
    WHERE kind.app_label = 'catalog' AND kind.model = 'product'
"""


def keep_shop(database_url: str) -> None:
    """Employ the keeper, and write the history."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute(_KEEPER, [KEEPER]).fetchone()
        assert row is not None
        connection.execute(_TYPE)
        connection.execute(_HISTORY, [row[0]])
        connection.execute("VACUUM ANALYZE django_admin_log")
