"""Price changes with a preview, and what the lists of staff are walked by."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_shop_front"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceChangeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.BigIntegerField()),
                ("sku", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=140)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("old_regular", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("old_amount", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("old_ends_at", models.DateTimeField(null=True)),
                ("new_regular", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("new_amount", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("new_ends_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "no preview yet"),
                            ("changes", "changes"),
                            ("same", "stays as it is"),
                            ("refused", "can't be changed"),
                            ("applied", "changed"),
                            ("moved", "skipped"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it is refused, or was skipped.", max_length=200),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PriceChangePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen", models.CharField(help_text="How the products were chosen, in words.", max_length=200)),
                (
                    "rule",
                    models.JSONField(default=dict, help_text="What the form said; empty before the first preview."),
                ),
                ("revision", models.IntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("applied", "applied"), ("discarded", "discarded")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField(
            model_name="product",
            name="category",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="products",
                to="catalog.category",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["category", "id"], name="product_of_category"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(condition=models.Q(("is_published", False)), fields=["id"], name="product_withdrawn"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(condition=models.Q(("is_featured", True)), fields=["id"], name="product_in_window"),
        ),
        migrations.AddField(
            model_name="pricechangeplan",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="pricechangeplan",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="pricechangeline",
            name="plan",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="catalog.pricechangeplan",
            ),
        ),
        migrations.AddIndex(
            model_name="pricechangeplan",
            index=models.Index(
                condition=models.Q(("state", "applied"), _negated=True),
                fields=["made_at"],
                name="price_plan_not_applied",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechangeplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("decided_at__isnull", False), _connector="OR"),
                name="price_plan_decided_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechangeline",
            constraint=models.UniqueConstraint(fields=("plan", "product_id"), name="price_line_once_a_product"),
        ),
    ]
