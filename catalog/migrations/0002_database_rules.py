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

# What the loaders rely on, whoever wrote the JSON: attributes are plain values, schemas have all their parts.
JSON_SHAPES = """
ALTER TABLE catalog_product ADD CONSTRAINT product_attributes_shape CHECK (
    jsonb_typeof(attributes) = 'object' AND NOT jsonb_path_exists(attributes,
        'strict $.keyvalue().value ? (!(@.type() == "string" || @.type() == "number" || @.type() == "boolean"))')
);
ALTER TABLE catalog_category ADD CONSTRAINT category_schema_shape CHECK (
    jsonb_typeof(attribute_schema) = 'array'
    AND NOT jsonb_path_exists(attribute_schema, 'strict $[*] ? (@.type() == "array")')
    AND NOT jsonb_path_exists(attribute_schema, 'lax $[*] ? (!(@.key.type() == "string" && @.label.type() == "string"
        && @.kind.type() == "string" && @.unit.type() == "string" && @.choices.type() == "array"))')
    AND NOT jsonb_path_exists(attribute_schema, 'lax $[*].choices[*] ? (!(@.type() == "string"))')
);
"""
NO_JSON_SHAPES = """
ALTER TABLE catalog_product DROP CONSTRAINT product_attributes_shape;
ALTER TABLE catalog_category DROP CONSTRAINT category_schema_shape;
"""

TREE = "INSERT INTO catalog_categorytree (id, version) VALUES (1, 0);"

# The number of each recomputation of related products.
RUNS = "CREATE SEQUENCE catalog_related_run AS bigint;"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL(CASCADES, NO_CASCADES),
        migrations.RunSQL(JSON_SHAPES, NO_JSON_SHAPES),
        migrations.RunSQL(TREE, migrations.RunSQL.noop),
        migrations.RunSQL(RUNS, "DROP SEQUENCE catalog_related_run;"),
    ]
