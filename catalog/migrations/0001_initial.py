import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.lookups
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import catalog.models.attribute_schema
import catalog.models.text
import shop.events.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [("events", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.CharField(
                        help_text="The shop's own number.",
                        max_length=32,
                        unique=True,
                        validators=[catalog.models.text.plain_text],
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        db_index=False,
                        help_text="Its name in addresses: /p/<slug>-<id>/; the id decides.",
                        max_length=140,
                    ),
                ),
                ("name", models.CharField(max_length=140, validators=[catalog.models.text.plain_text])),
                ("brand", models.CharField(max_length=60, validators=[catalog.models.text.plain_text])),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        max_length=5000,
                        validators=[catalog.models.text.plain_text, django.core.validators.MaxLengthValidator(5000)],
                    ),
                ),
                (
                    "attributes",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="An object; its keys and values follow the category's attribute schema.",
                    ),
                ),
                (
                    "is_published",
                    models.BooleanField(db_default=True, default=True, help_text="Whether visitors can see it."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector("name", config="english", weight="A"),
                                "||",
                                django.contrib.postgres.search.SearchVector("brand", config="english", weight="B"),
                                django.contrib.postgres.search.SearchConfig("english"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector("description", config="english", weight="C"),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("author", models.CharField(max_length=60, validators=[catalog.models.text.plain_text])),
                (
                    "rating",
                    models.SmallIntegerField(
                        help_text="1 (poor) to 5 (excellent).",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=120, validators=[catalog.models.text.plain_text])),
                (
                    "body",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        validators=[catalog.models.text.plain_text, django.core.validators.MaxLengthValidator(4000)],
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seeding",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("seed", models.BigIntegerField(help_text="The seed of the generator.")),
                ("products", models.IntegerField(help_text="How many products it has made.")),
            ],
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, validators=[catalog.models.text.plain_text])),
                ("slug", models.SlugField(help_text="Its name in addresses: /c/<slug>/", max_length=80, unique=True)),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        max_length=1000,
                        validators=[catalog.models.text.plain_text, django.core.validators.MaxLengthValidator(1000)],
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0, help_text="Smaller comes first among neighbours.")),
                (
                    "attribute_schema",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What products here may say of themselves: a list of {key, label, kind, unit, choices}; the kinds are text, number, choice and flag.",
                        validators=[catalog.models.attribute_schema.validate_schema],
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="The category this one is inside of; empty at the top.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["position", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="CategoryTree",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="category_tree_is_one")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="d2d52ca01fead370e25f9af11638853a4d5270df",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_category_tree_version_0bcc4",
                    table="catalog_categorytree",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'category_tree', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="a0f34344a2c1d66966d88019d486f4bf1928ac8e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_category_tree_log_insert_ce1bd",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_categorytree",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'category_tree', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="c26906b0a118f2ef2f5a21e79c254c593635e83d",
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
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'category_tree', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="36de977779fcfb1f8349e1ba9a718c22c555b3f1",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_category_tree_log_delete_f487d",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_categorytree",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorytree",
            trigger=pgtrigger.compiler.Trigger(
                name="category_tree_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('category_tree'); RETURN NULL;",
                    hash="d15e5bf1d8d0cd3cbe26cb65c5a5c115e49f024d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_category_tree_log_truncate_ad40b",
                    table="catalog_categorytree",
                    when="AFTER",
                ),
            ),
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        db_default="EUR", default="EUR", help_text="Three capitals (ISO 4217).", max_length=3
                    ),
                ),
                (
                    "regular_amount",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="The price without any reduction; shown struck through in a sale.",
                        max_digits=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, help_text="The price to pay now, at most the regular one.", max_digits=10
                    ),
                ),
                (
                    "sale_ends_at",
                    models.DateTimeField(blank=True, help_text="When the reduction ends, if that is known.", null=True),
                ),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="RelatedProducts",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="related",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                (
                    "product_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "run",
                    models.BigIntegerField(
                        default=0, help_text="The recomputation that last changed this row; 0 before any."
                    ),
                ),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
            options={
                "verbose_name_plural": "related products",
            },
        ),
        migrations.CreateModel(
            name="ReviewSummary",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="review_summary",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("review_count", models.IntegerField(default=0)),
                ("rating_sum", models.BigIntegerField(default=0)),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
            options={
                "verbose_name_plural": "review summaries",
            },
        ),
        migrations.AddField(
            model_name="product",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="products", to="catalog.category"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="reviews",
                to="catalog.product",
            ),
        ),
        migrations.AddConstraint(
            model_name="seeding",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="seeding_is_one"),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="category_not_in_itself"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="category_keep_tree",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO catalog_categorytree (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="1f6d607cd52e47404d6e0e8db7007b11955f172d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_category_keep_tree_66d6a",
                    table="catalog_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="category_touch_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_categorytree WHERE id IN (SELECT 1 FROM (SELECT * FROM new_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE catalog_categorytree SET version = version WHERE id IN (SELECT 1 FROM (SELECT * FROM new_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="5cac0426bf9c7a8655168a674c187faacd82bfb9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_category_touch_insert_77f3a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="category_touch_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_categorytree WHERE id IN (SELECT 1 FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE catalog_categorytree SET version = version WHERE id IN (SELECT 1 FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="740b690409d0dc5fed239e61ac806edef5f0cafc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_category_touch_update_fde83",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="category_touch_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_categorytree WHERE id IN (SELECT 1 FROM (SELECT * FROM old_rows) AS child)\n                ORDER BY id FOR UPDATE;\n            UPDATE catalog_categorytree SET version = version WHERE id IN (SELECT 1 FROM (SELECT * FROM old_rows) AS child);\n            RETURN NULL;\n        ",
                    hash="b28240026ee1b51d56ce0d95df3d177f5c32a082",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_category_touch_delete_e58b3",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_category",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="price",
            index=models.Index(fields=["amount", "product"], name="price_by_amount"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="price_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__lte", models.F("regular_amount"))), name="price_at_most_regular"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Regex(models.F("currency"), "^[A-Z]{3}$"), name="price_currency"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="9f09cef364e172eecb065b112419f70bbdb24c09",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_price_version_54e1b",
                    table="catalog_price",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'price', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="af20592b306646f5d9f3956221441747cfc0f149",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_price_log_insert_28236",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_price",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'price', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.product_id = o.product_id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="ed93454e7935d8a2e49cf2f8283af6bde62afad2",
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
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'price', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="d96c7a9a3fa1f490027f873dec7267e7a2620b42",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_price_log_delete_9b146",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_price",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="price",
            trigger=pgtrigger.compiler.Trigger(
                name="price_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('price'); RETURN NULL;",
                    hash="1d666a6816de18f7e3e18d1b39321359369ffb4b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_price_log_truncate_312f1",
                    table="catalog_price",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="ef6d9d475a81bd106509e471c38b79309a409d84",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_related_products_version_78232",
                    table="catalog_relatedproducts",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'related_products', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="cc013006608d6eaf3147578a6dbcae18a1476730",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_related_products_log_insert_36ea8",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_relatedproducts",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'related_products', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.product_id = o.product_id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="d8477a722c1f2302e4651b6e5d50c70962544bb0",
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
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'related_products', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="c7db1c2a6c3130a894f4e58fadecaa42b6ee41d2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_related_products_log_delete_fda80",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_relatedproducts",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="relatedproducts",
            trigger=pgtrigger.compiler.Trigger(
                name="related_products_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('related_products'); RETURN NULL;",
                    hash="ac769072d0e8a8dcfe0249f6735e6fa8038305f3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_related_products_log_truncate_51ac2",
                    table="catalog_relatedproducts",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewsummary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rating_sum__gte", models.F("review_count")),
                    (
                        "rating_sum__lte",
                        django.db.models.expressions.CombinedExpression(models.Value(5), "*", models.F("review_count")),
                    ),
                    ("review_count__gte", 0),
                ),
                name="review_summary_possible",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="9ec38d3a2812bfce53ff5abd12833a47db2e082f",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_review_summary_version_97497",
                    table="catalog_reviewsummary",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'review_summary', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="8654e427490947234d964300da186b989ccd4a4d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_review_summary_log_insert_3ecd1",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_reviewsummary",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'review_summary', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, version FROM new_rows UNION ALL SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.product_id = o.product_id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="f7d84009a471a7672bf1c1de8dad98082aeee8eb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_review_summary_log_update_9595a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_reviewsummary",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'review_summary', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT product_id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="ae8333a818b8b06737bb043423877b2eec0188f6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_review_summary_log_delete_50b62",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_reviewsummary",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewsummary",
            trigger=pgtrigger.compiler.Trigger(
                name="review_summary_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('review_summary'); RETURN NULL;",
                    hash="44491ae359bac005205daf4384053bf20bc3e813",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_review_summary_log_truncate_c8ac5",
                    table="catalog_reviewsummary",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)), fields=["created_at", "id"], name="product_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)),
                fields=["category", "created_at", "id"],
                name="product_newest_within",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)), fields=["name", "id"], name="product_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)),
                fields=["category", "name", "id"],
                name="product_by_name_within",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)),
                fields=["brand", "created_at", "id"],
                name="product_by_brand",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="product_search"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("name", name="gin_trgm_ops"), name="product_name_trigrams"
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["attributes"], name="product_attributes", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="product_has_name"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_stamp",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.updated_at := statement_timestamp(); RETURN NEW;",
                    hash="588f2c93a68dfe01bca8c7898fec3b8f175ab2fa",
                    operation="UPDATE",
                    pgid="pgtrigger_product_stamp_fc64f",
                    table="catalog_product",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_companions",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO catalog_reviewsummary (product_id, review_count, rating_sum, version)\n            SELECT id, 0, 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;\n        INSERT INTO catalog_relatedproducts (product_id, product_ids, run, version)\n            SELECT id, '{}', 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="ca688cd5a7376ddbba61b2a7af4533b33f5ce91c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_product_companions_a8e7f",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="c3097362724a3491d5726ff577ad9e2726ed54ad",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_product_version_b28f7",
                    table="catalog_product",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'product', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="af24c44cbd838c0e940f41455b3acd43c5315e16",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_product_log_insert_51bc7",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'product', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows UNION ALL SELECT id AS id, nextval('larder_version') AS version FROM old_rows AS o WHERE NOT EXISTS (SELECT FROM new_rows AS n WHERE n.id = o.id)) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="9df6fb200348b0f5453e6c979043f7dfa68e7286",
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
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'product', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="754b5dc1c8d981a82bb5e3c41cb02de343aa1041",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_product_log_delete_01fae",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('product'); RETURN NULL;",
                    hash="01ccac39c6204877ee0f1814ba6f823fb847026d",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_product_log_truncate_1b73a",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["product", "created_at", "id"], name="review_newest_of_product"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__range", (1, 5))), name="review_rating_1_to_5"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="review_sum_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, 1 AS reviews, rating::bigint FROM new_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, 1 AS reviews, rating::bigint FROM new_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="95ea487e141a23f44133a2fa970309eb73c24056",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_review_sum_insert_be86d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="review_sum_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, -1 AS reviews, -rating::bigint FROM old_rows UNION ALL SELECT product_id, 1 AS reviews, rating::bigint FROM new_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, -1 AS reviews, -rating::bigint FROM old_rows UNION ALL SELECT product_id, 1 AS reviews, rating::bigint FROM new_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="69f72fddc03d9461284f3499335d9db4e52cb2dc",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_review_sum_update_dc511",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="review_sum_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, -1 AS reviews, -rating::bigint FROM old_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, -1 AS reviews, -rating::bigint FROM old_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="54401e12ac1497077f9fddd38009530a3cb009b3",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_review_sum_delete_82544",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="review_sum_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="UPDATE catalog_reviewsummary SET review_count = 0, rating_sum = 0 WHERE review_count > 0; RETURN NULL;",
                    hash="85899e9fb183e2b20364d9b65f7bc0d81ab696dc",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_review_sum_truncate_e95da",
                    table="catalog_review",
                    when="AFTER",
                ),
            ),
        ),
    ]
