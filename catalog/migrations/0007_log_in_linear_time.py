"""The log of an UPDATE takes a time that grows with its rows, whatever a connection has planned before."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_flash_sales"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="categorytree",
            name="category_tree_log_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="flashsale",
            name="flash_sale_log_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="price",
            name="price_log_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="product",
            name="product_log_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="relatedproducts",
            name="related_products_log_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reviewsummary",
            name="review_summary_log_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'category_tree', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT id AS id FROM old_rows EXCEPT SELECT id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="8d206bc77628010429dc3160f15ec84008e9c8c8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_category_tree_log_update_7065b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_categorytree",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT id AS id FROM old_rows EXCEPT SELECT id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="74a0fa5d7cd3669285014f3a535f577ca14b87c8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_flash_sale_log_update_d0bd9",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'price', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT product_id AS id FROM old_rows EXCEPT SELECT product_id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="f0568c30b1149f1cb03939b2d87a8c7f6fc827c8",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_price_log_update_f748a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_price",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'product', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT id AS id FROM old_rows EXCEPT SELECT id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="38df17580d291db2231f71d7e12ea155bc26510f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_product_log_update_42bb3",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'related_products', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT product_id AS id FROM old_rows EXCEPT SELECT product_id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="db770d24f0ebd4089f565b67556bfb17cd694132",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_related_products_log_update_9a511",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_relatedproducts",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'review_summary', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT product_id AS id FROM old_rows EXCEPT SELECT product_id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="02ff2aa4d064a87a9f98a7f20fac9f02d365665a",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_review_summary_log_update_9595a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_reviewsummary",
                    when="AFTER",
                ),
            ),
        ),
    ]
