"""Flash sales: what is reduced from one moment to another, and what people pay meanwhile."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import catalog.models.text
import shop.events.triggers

CASCADES = """
ALTER TABLE catalog_flashsaleitem
    ADD CONSTRAINT flash_sale_item_of_sale FOREIGN KEY (sale_id) REFERENCES catalog_flashsale (id) ON DELETE CASCADE,
    ADD CONSTRAINT flash_sale_item_of_product
        FOREIGN KEY (product_id) REFERENCES catalog_product (id) ON DELETE CASCADE;
"""
NO_CASCADES = """
ALTER TABLE catalog_flashsaleitem
    DROP CONSTRAINT flash_sale_item_of_sale, DROP CONSTRAINT flash_sale_item_of_product;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_price_change_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FlashSale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, validators=[catalog.models.text.plain_text])),
                (
                    "percent_off",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Off the regular price, 1 to 99.",
                        max_digits=4,
                        null=True,
                    ),
                ),
                ("starts_at", models.DateTimeField(blank=True, help_text="Empty: it is started by hand.", null=True)),
                ("ends_at", models.DateTimeField(blank=True, help_text="Empty: it is ended by hand.", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "scheduled"),
                            ("on", "on"),
                            ("ended", "ended"),
                            ("cancelled", "cancelled"),
                        ],
                        default="scheduled",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="FlashSaleItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="flashsale",
            name="made_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="flashsaleitem",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AddField(
            model_name="flashsaleitem",
            name="sale",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="items",
                to="catalog.flashsale",
            ),
        ),
        migrations.AddIndex(
            model_name="flashsale",
            index=models.Index(
                condition=models.Q(("state__in", ("scheduled", "on"))),
                fields=["state", "starts_at"],
                name="flash_sale_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="flashsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="flash_sale_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="flashsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent_off__gte", 1), ("percent_off__lte", 99)), name="flash_sale_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="flashsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="flash_sale_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="flashsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("scheduled", "on", "ended", "cancelled"))),
                name="flash_sale_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="flashsale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("started_at__isnull", False), ("state", "on")),
                    models.Q(("ended_at__isnull", True), ("started_at__isnull", True), ("state", "scheduled")),
                    models.Q(("ended_at__isnull", False), ("state__in", ("ended", "cancelled"))),
                    _connector="OR",
                ),
                name="flash_sale_stamped",
            ),
        ),
        migrations.AddIndex(
            model_name="flashsaleitem",
            index=models.Index(fields=["product"], include=("sale", "amount"), name="flash_sale_item_by_product"),
        ),
        migrations.AddConstraint(
            model_name="flashsaleitem",
            constraint=models.UniqueConstraint(fields=("sale", "product"), name="flash_sale_item_once"),
        ),
        migrations.AddConstraint(
            model_name="flashsaleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", Decimal(0))), name="flash_sale_item_not_negative"
            ),
        ),
        migrations.RunSQL(CASCADES, NO_CASCADES),
        migrations.RemoveIndex(
            model_name="price",
            name="price_by_amount",
        ),
        migrations.RemoveIndex(
            model_name="price",
            name="price_on_sale",
        ),
        migrations.AddField(
            model_name="price",
            name="flash_amount",
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name="price",
            name="flash_ends_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="price",
            name="flash_sale_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="price",
            name="amount",
            field=models.DecimalField(
                decimal_places=2,
                help_text="The price to pay outside flash sales, at most the regular one.",
                max_digits=10,
            ),
        ),
        migrations.AddField(
            model_name="price",
            name="current_amount",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Least("amount", "flash_amount"),
                output_field=models.DecimalField(decimal_places=2, max_digits=10),
            ),
        ),
        migrations.AddIndex(
            model_name="price",
            index=models.Index(fields=["current_amount", "product"], name="price_by_amount"),
        ),
        migrations.AddIndex(
            model_name="price",
            index=models.Index(
                condition=models.Q(("current_amount__lt", models.F("regular_amount"))),
                fields=["product"],
                name="price_on_sale",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_flash",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF TG_OP = 'INSERT' OR NEW.product_id <> OLD.product_id THEN\n            PERFORM FROM catalog_product WHERE id = NEW.product_id FOR SHARE;\n        END IF;\n        SELECT offer.amount, offer.sale_id, offer.ends_at\n        INTO NEW.flash_amount, NEW.flash_sale_id, NEW.flash_ends_at\n        FROM (\n            SELECT coalesce(item.amount, round(NEW.regular_amount * (100 - sale.percent_off) / 100, 2)) AS amount,\n                   item.sale_id, sale.ends_at\n            FROM catalog_flashsaleitem AS item JOIN catalog_flashsale AS sale ON sale.id = item.sale_id\n            WHERE item.product_id = NEW.product_id AND sale.state = 'on'\n        ) AS offer\n        WHERE offer.amount < NEW.amount ORDER BY offer.amount, offer.sale_id LIMIT 1;\n        RETURN NEW;\n    ",
                    hash="77d5cc99924683a9ddb500c60c91927d252fb279",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_price_flash_fe5c8",
                    table="catalog_price",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_stamp",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.state = 'scheduled' THEN\n        NEW.started_at := NULL;\n        NEW.ended_at := NULL;\n    ELSIF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN\n        IF NEW.state = 'on' THEN\n            NEW.started_at := clock_timestamp();\n            NEW.ended_at := NULL;\n        ELSE\n            NEW.ended_at := clock_timestamp();\n        END IF;\n    END IF;\n    RETURN NEW;\n",
                    hash="7469690784ee462e22bff5a1fc8f5862a94362a9",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_flash_sale_stamp_b75f4",
                    table="catalog_flashsale",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_event_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'started', ARRAY[id], ARRAY[version], '',\n               clock_timestamp()\n        FROM (SELECT id, version FROM new_rows WHERE state = 'on') AS turned ORDER BY id;\n     RETURN NULL;",
                    hash="d18d08e3d082acd2d6bf41ada0118f677c2755e8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_flash_sale_event_insert_944a5",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_event_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', CASE state WHEN 'on' THEN 'started' ELSE 'ended' END, ARRAY[id], ARRAY[version], '',\n               clock_timestamp()\n        FROM (\n    SELECT n.id, n.state, n.version FROM new_rows AS n JOIN old_rows AS o USING (id)\n    WHERE (n.state = 'on') <> (o.state = 'on')\n) AS turned ORDER BY id;\n     RETURN NULL;",
                    hash="eb50ce6db89fb07856cc399033439cf2af570e20",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_flash_sale_event_update_4c549",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_event_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'ended', ARRAY[id], ARRAY[nextval('larder_version')], '',\n               clock_timestamp()\n        FROM (SELECT id FROM old_rows WHERE state = 'on') AS turned ORDER BY id;\n     RETURN NULL;",
                    hash="876f6fb2481f32db9c2c837f814ca73aa8c98252",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_flash_sale_event_delete_c3c42",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_reprice",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF EXISTS (SELECT FROM new_rows AS n JOIN catalog_flashsaleitem AS item ON item.sale_id = n.id WHERE n.percent_off IS NULL AND item.amount IS NULL) THEN\n            RAISE EXCEPTION 'a sale takes a percentage off, or each of its items has an amount'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'flash_sale_priced';\n        END IF;\n    \n        PERFORM FROM catalog_product WHERE id IN (\n    SELECT item.product_id FROM catalog_flashsaleitem AS item\n    JOIN new_rows AS n ON n.id = item.sale_id JOIN old_rows AS o ON o.id = n.id\n    WHERE 'on' IN (n.state, o.state)\n    AND (n.state, n.percent_off, n.ends_at) IS DISTINCT FROM (o.state, o.percent_off, o.ends_at)\n) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE catalog_price SET version = version WHERE product_id IN (\n    SELECT item.product_id FROM catalog_flashsaleitem AS item\n    JOIN new_rows AS n ON n.id = item.sale_id JOIN old_rows AS o ON o.id = n.id\n    WHERE 'on' IN (n.state, o.state)\n    AND (n.state, n.percent_off, n.ends_at) IS DISTINCT FROM (o.state, o.percent_off, o.ends_at)\n);\n     RETURN NULL;",
                    hash="ba06c99e4bf189a484ef57f07eb0f2f1e4305cf2",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_flash_sale_reprice_23c17",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="ab23dcf3fc60cbec6471091368745f15c7851a5f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_flash_sale_version_fb1e6",
                    table="catalog_flashsale",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="c923ff198804a8c8117ca435d5a6b2db93a7e725",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_flash_sale_log_insert_068f0",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="a0a4005ede663f7bef891f8897e4a195427b6b3e",
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
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'flash_sale', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="fffa2f6c6f33a5f24840d32c1992cf98907faa34",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_flash_sale_log_delete_0b4cc",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('flash_sale'); RETURN NULL;",
                    hash="dddd9856c138f062eb62054a083fd51bb457d0c1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_flash_sale_log_truncate_6310a",
                    table="catalog_flashsale",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsaleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_item_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM new_rows) ORDER BY id FOR SHARE;\n        IF EXISTS (\n    SELECT FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE n.amount IS NULL AND sale.percent_off IS NULL\n) THEN\n            RAISE EXCEPTION 'a sale takes a percentage off, or each of its items has an amount'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'flash_sale_priced';\n        END IF;\n    \n        PERFORM FROM catalog_product WHERE id IN (\n    SELECT n.product_id FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE sale.state = 'on'\n) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE catalog_price SET version = version WHERE product_id IN (\n    SELECT n.product_id FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE sale.state = 'on'\n);\n     RETURN NULL;",
                    hash="776cb63ff66bf8075a30e24555c6c884ce169043",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_flash_sale_item_insert_40efa",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_flashsaleitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsaleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_item_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM old_rows) ORDER BY id FOR SHARE;\n        PERFORM FROM catalog_product WHERE id IN (\n    SELECT o.product_id FROM old_rows AS o JOIN catalog_price AS price USING (product_id)\n    WHERE price.flash_sale_id = o.sale_id\n) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE catalog_price SET version = version WHERE product_id IN (\n    SELECT o.product_id FROM old_rows AS o JOIN catalog_price AS price USING (product_id)\n    WHERE price.flash_sale_id = o.sale_id\n);\n    PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM new_rows) ORDER BY id FOR SHARE;\n        IF EXISTS (\n    SELECT FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE n.amount IS NULL AND sale.percent_off IS NULL\n) THEN\n            RAISE EXCEPTION 'a sale takes a percentage off, or each of its items has an amount'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'flash_sale_priced';\n        END IF;\n    \n        PERFORM FROM catalog_product WHERE id IN (\n    SELECT n.product_id FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE sale.state = 'on'\n) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE catalog_price SET version = version WHERE product_id IN (\n    SELECT n.product_id FROM new_rows AS n JOIN catalog_flashsale AS sale ON sale.id = n.sale_id\n    WHERE sale.state = 'on'\n);\n     RETURN NULL;",
                    hash="96d281388f749fc697abf7af754abeaaa400f216",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_flash_sale_item_update_652df",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_flashsaleitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsaleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_item_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM FROM catalog_flashsale WHERE id IN (SELECT sale_id FROM old_rows) ORDER BY id FOR SHARE;\n        PERFORM FROM catalog_product WHERE id IN (\n    SELECT o.product_id FROM old_rows AS o JOIN catalog_price AS price USING (product_id)\n    WHERE price.flash_sale_id = o.sale_id\n) ORDER BY id FOR NO KEY UPDATE;\n        UPDATE catalog_price SET version = version WHERE product_id IN (\n    SELECT o.product_id FROM old_rows AS o JOIN catalog_price AS price USING (product_id)\n    WHERE price.flash_sale_id = o.sale_id\n);\n     RETURN NULL;",
                    hash="9bcfc05eafd22279d25b06fff2bdbc03d1048686",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_flash_sale_item_delete_9fdb4",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_flashsaleitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsaleitem",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_item_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="UPDATE catalog_price SET version = version WHERE flash_sale_id IS NOT NULL; RETURN NULL;",
                    hash="6ce5ef31b7469aadf3170ed02340f128eb092ac4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_flash_sale_item_truncate_a9405",
                    table="catalog_flashsaleitem",
                    when="AFTER",
                ),
            ),
        ),
    ]
