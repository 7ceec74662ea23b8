"""What the history of staff's changes is found by: Django's own table has an index on neither object nor time."""

from django.db import migrations

INDEXES = """
CREATE INDEX IF NOT EXISTS admin_log_of_object ON django_admin_log (content_type_id, object_id, action_time);
CREATE INDEX IF NOT EXISTS admin_log_by_time ON django_admin_log (action_time, id);
CREATE INDEX IF NOT EXISTS admin_log_of_user_by_time ON django_admin_log (user_id, action_time, id);
"""
UNDO = """
DROP INDEX IF EXISTS admin_log_of_object;
DROP INDEX IF EXISTS admin_log_by_time;
DROP INDEX IF EXISTS admin_log_of_user_by_time;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunSQL(INDEXES, UNDO)]
