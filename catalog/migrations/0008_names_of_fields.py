"""What people call these columns; the database hears nothing of it."""

from django.db import migrations, models

import catalog.models.text


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_log_in_linear_time")]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="sku",
            field=models.CharField(
                help_text="The shop's own number.",
                max_length=32,
                unique=True,
                validators=[catalog.models.text.plain_text],
                verbose_name="SKU",
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="is_published",
            field=models.BooleanField(
                db_default=True, default=True, help_text="Whether visitors can see it.", verbose_name="published"
            ),
        ),
        migrations.AlterField(
            model_name="product",
            name="is_featured",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether it stands in the shop window; the newest few are shown.",
                verbose_name="featured",
            ),
        ),
    ]
