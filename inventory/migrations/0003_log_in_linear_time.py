"""The log of an UPDATE takes a time that grows with its rows, whatever a connection has planned before."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_staff_movements"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="stock",
            name="stock_log_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stock",
            trigger=pgtrigger.compiler.Trigger(
                name="stock_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'stock', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT product_id AS id FROM old_rows EXCEPT SELECT product_id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="a8f3a4e58728ba1303ce1a7fcc0880813cb3eca6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_stock_log_update_6a741",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="inventory_stock",
                    when="AFTER",
                ),
            ),
        ),
    ]
