import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_staff_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="StageCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stage", models.CharField(max_length=10)),
                ("bound_ms", models.IntegerField()),
                ("changes", models.BigIntegerField()),
                ("total_ms", models.FloatField(help_text="The sum of the times.")),
            ],
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20)),
                ("instance", models.CharField(help_text="Host and process id.", max_length=80)),
                ("seen_at", models.DateTimeField()),
                ("handled", models.BigIntegerField(help_text="Events, since the process started.")),
                ("dead_letters", models.BigIntegerField(db_default=0)),
                ("ignored", models.BigIntegerField(db_default=0)),
                ("lag", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "change_id",
                    models.BigIntegerField(help_text="The row of the change log.", primary_key=True, serialize=False),
                ),
                ("entity", models.CharField(max_length=40)),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("changed", "Changed"),
                            ("reset", "Reset"),
                            ("started", "Started"),
                            ("ended", "Ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rows", models.IntegerField(help_text="How many ids it names.")),
                ("transaction", models.BigIntegerField()),
                ("committed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField()),
                ("consumed_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(null=True)),
                ("processes", models.IntegerField(db_default=0)),
            ],
        ),
        migrations.AddField(
            model_name="change",
            name="due_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="When the relay publishes it, or publishes it again.",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="published",
            field=models.IntegerField(db_default=0, help_text="How often it was published."),
        ),
        migrations.AlterField(
            model_name="change",
            name="operation",
            field=models.CharField(
                choices=[("changed", "Changed"), ("reset", "Reset"), ("started", "Started"), ("ended", "Ended")],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("applied_at", None)), fields=["due_at", "id"], name="change_unfinished"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("applied_at__isnull", False)), fields=["applied_at"], name="change_finished"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagecount",
            constraint=models.UniqueConstraint(fields=("stage", "bound_ms"), name="stage_count_once"),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.UniqueConstraint(fields=("name", "instance"), name="station_once"),
        ),
        migrations.AddIndex(
            model_name="trace",
            index=models.Index(fields=["transaction"], name="trace_by_transaction"),
        ),
    ]
