from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_popularity_and_also_bought"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="deadbatch",
            index=models.Index(
                condition=models.Q(("replayed_at", None)), fields=["failed_at"], name="dead_batch_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="flushedbatch",
            index=models.Index(
                condition=models.Q(("dropped__gt", 0)), fields=["-flushed_at"], name="batch_with_losses"
            ),
        ),
        migrations.AddIndex(
            model_name="productviews",
            index=models.Index(fields=["-total", "-product_id"], name="views_by_total"),
        ),
    ]
