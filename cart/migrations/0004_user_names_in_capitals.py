"""Customers find their account however they write its email. The table is Django's, the index is the shop's."""

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cart", "0003_orders_by_lower_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX auth_user_in_capitals ON auth_user (upper(username))", "DROP INDEX auth_user_in_capitals"
        ),
    ]
