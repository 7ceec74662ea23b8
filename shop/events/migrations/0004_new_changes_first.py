from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_the_way_to_the_caches"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("applied_at", None), ("published", 0)),
                fields=["due_at", "id"],
                name="change_unpublished",
            ),
        ),
    ]
