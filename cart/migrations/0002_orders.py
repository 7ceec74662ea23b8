"""Checkouts, payments and orders, and the sequence that numbers orders for people."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cart", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE cart_order_number START 100001", "DROP SEQUENCE cart_order_number"),
        migrations.CreateModel(
            name="MockCharge",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("status", models.CharField(max_length=10)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("reference", models.CharField(max_length=60)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("card_last4", models.CharField(blank=True, max_length=4)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Checkout",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("guest", models.CharField(blank=True, help_text="The token of a visitor's session.", max_length=64)),
                (
                    "key",
                    models.CharField(
                        help_text="What the caller named this checkout: its Idempotency-Key.", max_length=200
                    ),
                ),
                ("body_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("started", "started"),
                            ("paying", "paying"),
                            ("completed", "completed"),
                            ("declined", "declined"),
                            ("refunding", "refunding"),
                            ("refunded", "refunded"),
                            ("abandoned", "abandoned"),
                        ],
                        default="started",
                        max_length=10,
                    ),
                ),
                ("cart_id", models.BigIntegerField()),
                ("reservation_id", models.BigIntegerField(null=True)),
                (
                    "attempt",
                    models.SmallIntegerField(default=1, help_text="Goes up when an abandoned checkout is tried again."),
                ),
                ("payment_key", models.CharField(help_text="What the provider knows this attempt by.", max_length=60)),
                (
                    "lines",
                    models.JSONField(default=list, help_text="What was in the cart, at the prices of that moment."),
                ),
                ("total", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("email", models.CharField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=500)),
                ("card_last4", models.CharField(max_length=4)),
                (
                    "in_doubt",
                    models.BooleanField(default=False, help_text="The provider did not answer; the sweeper asks it."),
                ),
                ("outcome", models.CharField(blank=True, help_text="Why it did not become an order.", max_length=40)),
                (
                    "short",
                    models.JSONField(
                        default=list, help_text="The products of which there was not enough when it was paid."
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("paying_since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "is_settled",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.ExpressionWrapper(
                            models.Q(("state__in", ("paying", "refunding")), _negated=True), models.BooleanField()
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(editable=False, unique=True)),
                ("guest", models.CharField(blank=True, help_text="The token of a visitor's session.", max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("placed", "placed"),
                            ("packed", "packed"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("refunding", "being refunded"),
                            ("refunded", "refunded"),
                        ],
                        default="placed",
                        max_length=10,
                    ),
                ),
                ("email", models.CharField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=500)),
                ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(max_length=3)),
                (
                    "takes_back",
                    models.BooleanField(
                        default=False, help_text="Whether its goods go back to stock when it is refunded."
                    ),
                ),
                ("placed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_id", models.BigIntegerField()),
                ("sku", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=140)),
                ("quantity", models.IntegerField()),
                ("unit_price", models.DecimalField(decimal_places=2, max_digits=10)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="cart.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in_doubt", "in doubt"),
                            ("charged", "charged"),
                            ("declined", "declined"),
                            ("cancelled", "never made"),
                            ("refunded", "refunded"),
                        ],
                        default="in_doubt",
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(max_length=3)),
                ("card_last4", models.CharField(max_length=4)),
                ("reference", models.CharField(blank=True, help_text="What the provider calls it.", max_length=60)),
                ("reason", models.CharField(blank=True, help_text="Why it was declined.", max_length=40)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(null=True)),
                ("refunded_at", models.DateTimeField(null=True)),
                (
                    "checkout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="cart.checkout"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="cart.order"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="cart",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="cart_that_went_into"
            ),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(
                condition=models.Q(("state__in", ("paying", "refunding"))),
                fields=["changed_at", "id"],
                name="checkout_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(condition=models.Q(("state", "paying")), fields=["cart_id"], name="checkout_paying_for"),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(fields=["is_settled", "-created_at", "-id"], name="checkout_doubt_first"),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(fields=["state", "created_at", "id"], name="checkout_by_state"),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("user", "key"),
                name="checkout_once_a_customers_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", True), models.Q(("guest", ""), _negated=True)),
                fields=("guest", "key"),
                name="checkout_once_a_guests_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "started"),
                    models.Q(("reservation_id__isnull", False), ("total__gte", 0), ("total__isnull", False)),
                    _connector="OR",
                ),
                name="checkout_paying_for_a_hold",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("user__isnull", False)), fields=["user", "number"], name="order_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("user__isnull", True), models.Q(("guest", ""), _negated=True)),
                fields=["guest", "number"],
                name="order_of_guest",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "number"], name="order_by_status"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["email", "number"], name="order_by_email"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status", "refunding")), fields=["changed_at"], name="order_refunding"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=models.Q(("total__gte", 0)), name="order_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "product_id"), name="order_line_once_a_product"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1), ("unit_price__gte", 0)), name="order_line_sells"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="payment_not_negative"),
        ),
    ]
