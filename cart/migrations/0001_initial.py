import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shop.events.triggers

# The lines of a cart go with it, whoever deletes it, and PostgreSQL sees to that.
LINES_OF_CART = """ALTER TABLE cart_cartline ADD CONSTRAINT lines_of_cart
    FOREIGN KEY (cart_id) REFERENCES cart_cart (id) ON DELETE CASCADE;"""
NO_LINES_OF_CART = "ALTER TABLE cart_cartline DROP CONSTRAINT lines_of_cart;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("events", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "touched_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        help_text="When somebody last changed it; it is kept 30 days longer.",
                    ),
                ),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="cart.cart",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.BigIntegerField()),
                ("quantity", models.SmallIntegerField()),
                ("name_when_added", models.CharField(max_length=140)),
                ("price_when_added", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                (
                    "currency",
                    models.CharField(blank=True, help_text="Of that price; empty where there was none.", max_length=3),
                ),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "cart",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="cart.cart",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="cart",
            index=models.Index(fields=["touched_at"], name="cart_by_age"),
        ),
        migrations.AddConstraint(
            model_name="cart",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", True), ("merged_into__isnull", True), _connector="OR"),
                name="cart_of_customer_stays",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="69a91987e747c9ffe79dfcf3db62b6a73fb5270f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_cart_version_0dcc0",
                    table="cart_cart",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'cart', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="fb1bc252a6d201a57f51e6d4c6bb2414b9b0b161",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_cart_log_insert_7a0ff",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="cart_cart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'cart', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="2d13fca2d9bb2ea7d4f5daba054928b7894bbf24",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_cart_log_update_ad7bf",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="cart_cart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'cart', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="e0735926a08e15d4a8f772204fd36b71e6ac374a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_cart_log_delete_28dc2",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="cart_cart",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cart",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('cart'); RETURN NULL;",
                    hash="3dec11b0cadd1c0fddad47c9ffa97b42df96c594",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_cart_log_truncate_49b85",
                    table="cart_cart",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.UniqueConstraint(fields=("cart", "product_id"), name="cart_line_once_a_product"),
        ),
        migrations.AddConstraint(
            model_name="cartline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__range", (1, 99))), name="cart_line_1_to_99"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cartline",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_line_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM larder_reset('cart'); RETURN NULL;",
                    hash="2e1e4a7f1aeff0717e527480e607394a1b2d3394",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_cart_line_truncate_20c20",
                    table="cart_cartline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cartline",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_line_touch_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM cart_cart WHERE id IN (SELECT cart_id FROM (SELECT * FROM new_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE cart_cart SET version = version WHERE id IN (SELECT cart_id FROM (SELECT * FROM new_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="37e767e9a68c6eff669f8202a6238481a5993574",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_cart_line_touch_insert_9b475",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="cart_cartline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cartline",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_line_touch_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM cart_cart WHERE id IN (SELECT cart_id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE cart_cart SET version = version WHERE id IN (SELECT cart_id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="377c49993d44e5d13cc6dccf4e1b545d29bb0ec7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_cart_line_touch_update_8d27e",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="cart_cartline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cartline",
            trigger=pgtrigger.compiler.Trigger(
                name="cart_line_touch_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM cart_cart WHERE id IN (SELECT cart_id FROM (SELECT * FROM old_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE cart_cart SET version = version WHERE id IN (SELECT cart_id FROM (SELECT * FROM old_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="e8be043f9b33a3e35831041eed5301e447c9cd7a",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_cart_line_touch_delete_5b5c8",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="cart_cartline",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(LINES_OF_CART, NO_LINES_OF_CART),
    ]
