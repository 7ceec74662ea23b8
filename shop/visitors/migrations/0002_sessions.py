"""Sessions: rows with versions, in the change log."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shop.events.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("visitors", "0001_initial"),
        ("events", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("data", models.TextField(help_text="JSON.")),
                ("made_at", models.DateTimeField()),
                ("logged_in_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(help_text="To the minute, while Redis knows it to the second.")),
                ("expires_at", models.DateTimeField()),
                ("user_agent", models.CharField(blank=True, help_text="At the login.", max_length=300)),
                ("address", models.GenericIPAddressField(help_text="From where the login came.", null=True)),
                ("version", shop.events.triggers.VersionField(default=0, editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "last_used_at"], name="session_of_user"),
                    models.Index(fields=["expires_at"], name="session_by_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="session_digest_is_sha256"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE same record;",
                    func="\n                IF TG_OP = 'INSERT' THEN\n                    NEW.version := nextval('larder_version');\n                ELSE\n                    same := NEW; same.last_used_at := OLD.last_used_at; same.expires_at := OLD.expires_at; same.version := OLD.version;\n                    IF same IS NOT DISTINCT FROM OLD THEN NEW.version := OLD.version; RETURN NEW; END IF;\n                    NEW.version := greatest(OLD.version + 1, nextval('larder_version'));\n                END IF;\n                RETURN NEW;\n            ",
                    hash="8205007173b650518881f6e183cb87f2e88d1fad",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_session_version_7ffc2",
                    table="visitors_session",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_log_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'session', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="8b4156ee469acf28157f8d7c33a1cc6604b1c85b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_session_log_insert_b81f4",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="visitors_session",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_log_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'session', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, version FROM new_rows EXCEPT SELECT id, version FROM old_rows UNION ALL SELECT id, nextval('larder_version') FROM (SELECT id AS id FROM old_rows EXCEPT SELECT id FROM new_rows) AS moved) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="64a12617da29c79e2291de233f60bc85e95586bf",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_session_log_update_b4fd8",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="visitors_session",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_log_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF;\n        INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)\n        SELECT pg_current_xact_id()::text::bigint, 'session', 'changed',\n               array_agg(id ORDER BY id), array_agg(version ORDER BY id), '', clock_timestamp()\n        FROM (\n            SELECT id, version, (row_number() OVER (ORDER BY id) - 1) / 1000 AS part FROM (SELECT id AS id, nextval('larder_version') AS version FROM old_rows) AS r\n        ) AS numbered\n        GROUP BY part ORDER BY part;\n        RETURN NULL;\n    ",
                    hash="20df6e8a6712add19fa300be5074c44f95c5c216",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_session_log_delete_23bd0",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="visitors_session",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_log_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('larder.changes', true) = 'reset' THEN RETURN NULL; END IF; PERFORM larder_reset('session'); RETURN NULL;",
                    hash="9bfa96e576cc6399f02e12304c29751d19a8d621",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_session_log_truncate_7d8f3",
                    table="visitors_session",
                    when="AFTER",
                ),
            ),
        ),
    ]
