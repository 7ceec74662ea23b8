from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_new_changes_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="station",
            name="looked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
