"""Staff find orders by an email however it is written."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("cart", "0002_orders")]

    operations = [
        migrations.RemoveIndex("order", "order_by_email"),
        migrations.AddIndex("order", models.Index(Lower("email"), models.F("number"), name="order_by_email")),
    ]
