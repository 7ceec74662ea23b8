"""How much products are looked at: a row each, and those that are there already get theirs here."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# As migration 0002 does for the other parts of a product.
CASCADE = """
ALTER TABLE catalog_popularity ADD CONSTRAINT popularity_of_product
    FOREIGN KEY (product_id) REFERENCES catalog_product (id) ON DELETE CASCADE;
"""
NO_CASCADE = "ALTER TABLE catalog_popularity DROP CONSTRAINT popularity_of_product;"
ROWS = "INSERT INTO catalog_popularity (product_id) SELECT id FROM catalog_product ORDER BY id;"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_names_of_fields"),
    ]

    operations = [
        migrations.CreateModel(
            name="Popularity",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="popularity",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("score", models.FloatField(db_default=0.0, default=0.0)),
            ],
            options={
                "verbose_name_plural": "popularity",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="product",
            name="product_companions",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_companions",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        INSERT INTO catalog_reviewsummary (product_id, review_count, rating_sum, version)\n            SELECT id, 0, 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;\n        INSERT INTO catalog_relatedproducts (product_id, product_ids, run, version)\n            SELECT id, '{}', 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;\n        INSERT INTO catalog_popularity (product_id) SELECT id FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="324402b8a514c144b85b57876f662e3f5af6ab12",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_product_companions_a8e7f",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="popularity",
            index=models.Index(fields=["score", "product"], name="popularity_in_order"),
        ),
        migrations.AddConstraint(
            model_name="popularity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score", 0.0), models.Q(("score__gte", 1), ("score__lt", 100000.0)), _connector="OR"
                ),
                name="popularity_possible",
            ),
        ),
        migrations.RunSQL(ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(CASCADE, NO_CASCADE),
    ]
