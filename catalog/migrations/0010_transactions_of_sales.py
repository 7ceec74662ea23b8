"""A sale knows in which transactions it started and ended, so that how long that took can be told while traces last."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_popularity"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="flashsale",
            name="flash_sale_stamp",
        ),
        migrations.AddField(
            model_name="flashsale",
            name="ended_in",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="flashsale",
            name="started_in",
            field=models.BigIntegerField(
                editable=False, help_text="The transaction, which its traces name.", null=True
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="flashsale",
            trigger=pgtrigger.compiler.Trigger(
                name="flash_sale_stamp",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.state = 'scheduled' THEN\n        NEW.started_at := NULL;\n        NEW.started_in := NULL;\n        NEW.ended_at := NULL;\n        NEW.ended_in := NULL;\n    ELSIF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN\n        IF NEW.state = 'on' THEN\n            NEW.started_at := clock_timestamp();\n            NEW.started_in := pg_current_xact_id()::text::bigint;\n            NEW.ended_at := NULL;\n            NEW.ended_in := NULL;\n        ELSE\n            NEW.ended_at := clock_timestamp();\n            NEW.ended_in := pg_current_xact_id()::text::bigint;\n        END IF;\n    END IF;\n    RETURN NEW;\n",
                    hash="b03b914f7c32c52e2be7786d9c41a811eae5bbfc",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_flash_sale_stamp_b75f4",
                    table="catalog_flashsale",
                    when="BEFORE",
                ),
            ),
        ),
    ]
