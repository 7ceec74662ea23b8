from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_what_the_witness_sees"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="trace",
            index=models.Index(fields=["applied_at", "change_id"], name="trace_by_time"),
        ),
    ]
