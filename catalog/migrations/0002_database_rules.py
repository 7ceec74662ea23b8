"""What Django's models can't say: cascades that the database itself carries out, and the one row of the tree.

The foreign keys are checked at the end of each statement, not of the transaction: so a writer of reviews takes its lock
on the product before the triggers take theirs on the summary, the same order in which a deletion cascades.
"""

from django.db import migrations

_PARTS = ("price", "review", "reviewsummary", "relatedproducts")

CASCADES = "\n".join(
    f"""ALTER TABLE catalog_{part} ADD CONSTRAINT {part}_of_product
        FOREIGN KEY (product_id) REFERENCES catalog_product (id) ON DELETE CASCADE;"""
    for part in _PARTS
)
NO_CASCADES = "\n".join(f"ALTER TABLE catalog_{part} DROP CONSTRAINT {part}_of_product;" for part in _PARTS)

TREE = "INSERT INTO catalog_categorytree (id, version) VALUES (1, 0);"

# The number of each recomputation of related products.
RUNS = "CREATE SEQUENCE catalog_related_run AS bigint;"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL(CASCADES, NO_CASCADES),
        migrations.RunSQL(TREE, migrations.RunSQL.noop),
        migrations.RunSQL(RUNS, "DROP SEQUENCE catalog_related_run;"),
    ]
