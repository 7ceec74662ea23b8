"""Another password, or none that lets in, ends an account's sessions. The table is Django's, the trigger the shop's."""

import django.contrib.auth.models
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("visitors", "0002_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="account_log_out",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    DELETE FROM visitors_session\n    WHERE user_id IN (\n        SELECT id FROM (\n            SELECT id, password, is_active FROM old_rows EXCEPT SELECT id, password, is_active FROM new_rows\n        ) AS changed\n    ) AND id IS DISTINCT FROM nullif(current_setting('larder.kept_session', true), '')::bigint;\n    RETURN NULL;\n",
                    hash="294c2b8b8fb079a60aa6c08c367b94204c9f5b19",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_account_log_out_eff54",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="auth_user",
                    when="AFTER",
                ),
            ),
        ),
        # Nobody can say under which password those of before have begun.
        migrations.RunSQL("DELETE FROM visitors_session WHERE user_id IS NOT NULL", migrations.RunSQL.noop),
    ]
