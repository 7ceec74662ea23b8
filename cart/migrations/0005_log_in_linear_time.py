"""The log of an UPDATE takes a time that grows with its rows, whatever a connection has planned before."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cart", "0004_user_names_in_capitals"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="cart",
            name="cart_log_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'cart', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT id AS id FROM old_rows EXCEPT SELECT id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="3350d460f87979d8db9dd8792f1286c5a9b4af9a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_cart_log_update_ad7bf",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="cart_cart",
                    when="AFTER",
                ),
            ),
        ),
    ]
