from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cart", "0006_orders_of_a_product"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["placed_at"], name="order_by_day"),
        ),
    ]
