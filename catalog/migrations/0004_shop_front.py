"""What the shop front and its admin need: terms for facets, words for spelling, the shop window, moderated reviews."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# One number a `key:value`; a number's value without its trailing zeros, so that 500 and 500.0 are one. Kept in a
# generated column, so whoever changes what this computes makes the column anew.
TERMS = """
CREATE FUNCTION catalog_terms(attributes jsonb) RETURNS bigint[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(hashtextextended(key || ':' || CASE jsonb_typeof(value)
        WHEN 'number' THEN trim_scale((value #>> '{}')::numeric)::text ELSE value #>> '{}' END, 0) ORDER BY key), '{}')
    FROM jsonb_each(attributes)
$$;
"""

# The words of products that are there already.
WORDS = """
INSERT INTO catalog_word (word, stem)
SELECT word, stem[1]
FROM (
    SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', name || ' ' || brand))) AS word
    FROM catalog_product WHERE is_published
) AS words, LATERAL ts_lexize('english_stem', word) AS stem
WHERE length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]+$' AND cardinality(stem) > 0
ORDER BY word;
"""

# Backwards only, before anything else is undone: who goes back shows every review again, and counts it.
SHOW_HIDDEN = "UPDATE catalog_review SET status = 'approved' WHERE status = 'hidden';"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_sale_index"),
    ]

    operations = [
        migrations.RunSQL(TERMS, "DROP FUNCTION catalog_terms(jsonb);"),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("stem", models.CharField(max_length=40)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="review",
            name="review_sum_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="review",
            name="review_sum_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="review",
            name="review_sum_delete",
        ),
        migrations.RemoveIndex(
            model_name="product",
            name="product_name_trigrams",
        ),
        migrations.RemoveIndex(
            model_name="product",
            name="product_attributes",
        ),
        migrations.AddField(
            model_name="product",
            name="is_featured",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether it stands in the shop window; the newest few are shown.",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="terms",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("attributes", function="catalog_terms"),
                output_field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="status",
            # What is there already has been looked at.
            field=models.CharField(db_default="approved", max_length=10),
        ),
        migrations.AlterField(
            model_name="review",
            name="status",
            field=models.CharField(
                choices=[("new", "new"), ("approved", "approved"), ("hidden", "hidden")],
                db_default="new",
                default="new",
                help_text="New ones are shown, and wait for somebody to look at them.",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_published", True)),
                fields=["category"],
                include=("id", "brand", "terms"),
                name="product_facets",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_featured", True), ("is_published", True)),
                fields=["created_at", "id"],
                name="product_featured",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="product_terms"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["created_at"], name="review_by_age"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status", "new")), fields=["created_at", "id"], name="review_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("status", "hidden")), fields=["created_at", "id"], name="review_hidden"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_words_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            INSERT INTO catalog_word (word, stem)\n            SELECT word, stem[1]\n            FROM (\n                SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', n.name || ' ' || n.brand))) AS word FROM new_rows AS n WHERE n.is_published\n            ) AS words, LATERAL ts_lexize('english_stem', word) AS stem\n            WHERE length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]+$' AND cardinality(stem) > 0\n            ORDER BY word\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ",
                    hash="b72329f828691926d1445a8df67d1a3ef62c02be",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_product_words_insert_6cdcf",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="product",
            trigger=pgtrigger.compiler.Trigger(
                name="product_words_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            INSERT INTO catalog_word (word, stem)\n            SELECT word, stem[1]\n            FROM (\n                SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', n.name || ' ' || n.brand))) AS word FROM new_rows AS n JOIN old_rows AS o USING (id) WHERE n.is_published AND (n.name, n.brand, n.is_published) IS DISTINCT FROM (o.name, o.brand, o.is_published)\n            ) AS words, LATERAL ts_lexize('english_stem', word) AS stem\n            WHERE length(word) BETWEEN 3 AND 40 AND word ~ '^[[:alpha:]]+$' AND cardinality(stem) > 0\n            ORDER BY word\n            ON CONFLICT DO NOTHING;\n            RETURN NULL;\n        ",
                    hash="704fd06e37c5724620afb815ad2ff986ae4bf40b",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_product_words_update_7c3c7",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="catalog_product",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="review_sum_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, (status <> 'hidden')::int AS reviews, (status <> 'hidden')::int * rating::bigint FROM new_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, (status <> 'hidden')::int AS reviews, (status <> 'hidden')::int * rating::bigint FROM new_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="b28278cfd4084b703ab124d007278a2506dcedf1",
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
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, -(status <> 'hidden')::int AS reviews, -(status <> 'hidden')::int * rating::bigint FROM old_rows UNION ALL SELECT product_id, (status <> 'hidden')::int AS reviews, (status <> 'hidden')::int * rating::bigint FROM new_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, -(status <> 'hidden')::int AS reviews, -(status <> 'hidden')::int * rating::bigint FROM old_rows UNION ALL SELECT product_id, (status <> 'hidden')::int AS reviews, (status <> 'hidden')::int * rating::bigint FROM new_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="c695c41f3169958c3289dcda26ef8c2c2adfd77f",
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
                    func="\n            PERFORM FROM catalog_reviewsummary\n                WHERE product_id IN (SELECT product_id FROM (SELECT product_id, -(status <> 'hidden')::int AS reviews, -(status <> 'hidden')::int * rating::bigint FROM old_rows) AS changes)\n                ORDER BY product_id FOR UPDATE;\n            UPDATE catalog_reviewsummary AS summary\n                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating\n                FROM (\n                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating\n                    FROM (SELECT product_id, -(status <> 'hidden')::int AS reviews, -(status <> 'hidden')::int * rating::bigint FROM old_rows) AS changes (product_id, reviews, rating) GROUP BY product_id\n                ) AS difference\n                WHERE summary.product_id = difference.product_id;\n            RETURN NULL;\n        ",
                    hash="abacb656c4ddf6408001e57303142529758d48f4",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_review_sum_delete_82544",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="catalog_review",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("terms__len__lte", 64)), name="product_attributes_at_most"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("new", "approved", "hidden"))), name="review_status_known"
            ),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(fields=["stem"], name="word_by_stem"),
        ),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"), name="word_trigrams"
            ),
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, SHOW_HIDDEN),
    ]
