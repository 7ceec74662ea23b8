import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shop.events.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("events", "0002_staff_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyViews",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("product_id", models.BigIntegerField(verbose_name="product")),
                ("day", models.DateField()),
                ("count", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "daily views",
                "indexes": [models.Index(fields=["day", "product_id"], name="views_by_day")],
            },
        ),
        migrations.CreateModel(
            name="DeadBatch",
            fields=[
                ("batch", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("counts", models.JSONField(help_text='{"7:739583": 12}: product, day number, views.')),
                ("dropped", models.BigIntegerField(default=0)),
                ("reason", models.TextField()),
                ("tries", models.IntegerField()),
                ("failed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("replayed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "replayed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "dead batches",
            },
        ),
        migrations.CreateModel(
            name="FlushedBatch",
            fields=[
                ("batch", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("flushed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("counters", models.IntegerField(help_text="How many counters it had.")),
                ("increments", models.BigIntegerField(help_text="What they add up to.")),
                (
                    "dropped",
                    models.BigIntegerField(
                        default=0, help_text="Views that processes had to drop before, and told of here."
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "flushed batches",
                "indexes": [models.Index(fields=["flushed_at"], name="batch_by_age")],
            },
        ),
        migrations.CreateModel(
            name="ProductViews",
            fields=[
                (
                    "product_id",
                    models.BigIntegerField(
                        help_text="The product's id in the catalog.",
                        primary_key=True,
                        serialize=False,
                        verbose_name="product",
                    ),
                ),
                ("total", models.BigIntegerField(default=0)),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
            ],
            options={
                "verbose_name_plural": "product views",
                "indexes": [models.Index(fields=["version"], name="views_by_version")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="productviews",
            trigger=pgtrigger.compiler.Trigger(
                name="product_views_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="ea915db8bcb4e62ecf03627feacba67cebea853a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_product_views_version_fee02",
                    table="analytics_productviews",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="deadbatch",
            index=models.Index(fields=["-failed_at", "batch"], name="dead_batch_newest"),
        ),
    ]
