"""The few who work here are found among all who buy. The table is Django's, the index is the shop's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("visitors", "0003_account_log_out"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX auth_user_staff ON auth_user (username) WHERE is_staff", "DROP INDEX auth_user_staff"
        ),
    ]
