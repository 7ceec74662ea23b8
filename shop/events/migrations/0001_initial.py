import django.contrib.postgres.fields
from django.db import migrations, models

# The change log's foundations. `larder_reset` is the one way to say "anything may have changed": it gives the database
# a new id, so that every cache key of before is dead, and logs which id that was.
FOUNDATIONS = """
CREATE SEQUENCE larder_version AS bigint;

CREATE TABLE events_databaseidentity (id bigint PRIMARY KEY CHECK (id = 1), database_id varchar(12) NOT NULL);

CREATE FUNCTION larder_new_database_id() RETURNS varchar LANGUAGE sql VOLATILE AS $$
    SELECT left(replace(gen_random_uuid()::text, '-', ''), 12);
$$;

INSERT INTO events_databaseidentity (id, database_id) VALUES (1, larder_new_database_id());

CREATE FUNCTION larder_reset(reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before varchar;
BEGIN
    SELECT database_id INTO before FROM events_databaseidentity WHERE id = 1 FOR UPDATE;
    UPDATE events_databaseidentity SET database_id = larder_new_database_id() WHERE id = 1;
    INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)
    VALUES (pg_current_xact_id()::text::bigint, left(reason, 40), 'reset', '{}', '{}', before, clock_timestamp());
END;
$$;
"""

UNDO = """
DROP FUNCTION larder_reset(text);
DROP FUNCTION larder_new_database_id();
DROP TABLE events_databaseidentity;
DROP SEQUENCE larder_version;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("transaction", models.BigIntegerField(help_text="PostgreSQL's 64-bit transaction id of the writer")),
                ("entity", models.CharField(max_length=40)),
                ("operation", models.CharField(choices=[("changed", "Changed"), ("reset", "Reset")], max_length=10)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("versions", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("retired_database", models.CharField(blank=True, max_length=12)),
                ("written_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["transaction"], name="change_by_transaction"),
                    models.Index(fields=["written_at"], name="change_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DatabaseIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("database_id", models.CharField(max_length=12)),
            ],
            options={
                "verbose_name_plural": "database identity",
                "db_table": "events_databaseidentity",
                "managed": False,
            },
        ),
        migrations.RunSQL(FOUNDATIONS, UNDO),
    ]
