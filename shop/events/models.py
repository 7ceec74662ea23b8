"""The change log, and the name of this database.

Every versioned table writes here by trigger, in the transaction of the change itself: no writer can forget it, and no
crash can lose it. Nothing in Python inserts into these two tables.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Change(models.Model):
    """Some rows of one entity were written: up to 1,000 ids, each with the version it was given.

    A row whose operation is `reset` stands for "anything may have changed": a truncate, a seeding or a restore. It has
    no ids; it carries the database id that was in force before, whose keys are dead from then on. The others say what
    happened to a flash sale, for everyone who wants to know.

    The relay publishes a row when it is due, and makes it due again later, until it is finished: `applied_at` is set by
    the consumer once Redis has taken the change.
    """

    class Operation(models.TextChoices):
        CHANGED = "changed"
        RESET = "reset"
        STARTED = "started"
        ENDED = "ended"

    transaction = models.BigIntegerField(help_text="PostgreSQL's 64-bit transaction id of the writer")
    entity = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Operation.choices)
    ids = ArrayField(models.BigIntegerField())
    versions = ArrayField(models.BigIntegerField())
    retired_database = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(db_default=Now(), help_text="When the relay publishes it, or publishes it again.")
    published = models.IntegerField(db_default=0, help_text="How often it was published.")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transaction"], name="change_by_transaction"),
            models.Index(fields=["written_at"], name="change_by_age"),
            models.Index(fields=["due_at", "id"], name="change_unfinished", condition=models.Q(applied_at=None)),
            models.Index(
                fields=["due_at", "id"], name="change_unpublished", condition=models.Q(applied_at=None, published=0)
            ),
            models.Index(fields=["applied_at"], name="change_finished", condition=models.Q(applied_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.operation} ({len(self.ids)})"


class Trace(models.Model):
    """The way of one logged change to everyone who caches it, each time by the clock of whoever did it.

    committed   by PostgreSQL's commit timestamp; where the server keeps none, when the trigger wrote the log
    published   handed to the broker; consumed: taken from it; applied: Redis has the new floors
    dropped     the last web process that told so has dropped its own copy; `processes` is how many have told
    """

    change_id = models.BigIntegerField(primary_key=True, help_text="The row of the change log.")
    entity = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Change.Operation.choices)
    rows = models.IntegerField(help_text="How many ids it names.")
    transaction = models.BigIntegerField()
    committed_at = models.DateTimeField()
    published_at = models.DateTimeField()
    consumed_at = models.DateTimeField()
    applied_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    processes = models.IntegerField(db_default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transaction"], name="trace_by_transaction"),
            models.Index(fields=["applied_at", "change_id"], name="trace_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.operation} ({self.rows})"


class StageCount(models.Model):
    """A histogram since the database was made: how many changes had come to a stage within so many ms of their commit.

    `bound_ms` is the upper bound of a bucket, 0 for the one without an upper bound; buckets are not cumulative.
    """

    stage = models.CharField(max_length=10)
    bound_ms = models.IntegerField()
    changes = models.BigIntegerField()
    total_ms = models.FloatField(help_text="The sum of the times.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stage", "bound_ms"], name="stage_count_once")]

    def __str__(self) -> str:
        return f"{self.stage} up to {self.bound_ms} ms: {self.changes}"


class Station(models.Model):
    """A relay or a consumer that works, or has worked: each writes its own row every second or so.

    `lag` is how many events the broker has for a consumer; None where that is not known. `looked_at` is when its
    witness last saw that Redis has not gone back in time; None of a relay, which has no witness.
    """

    name = models.CharField(max_length=20)
    instance = models.CharField(max_length=80, help_text="Host and process id.")
    seen_at = models.DateTimeField()
    handled = models.BigIntegerField(help_text="Events, since the process started.")
    dead_letters = models.BigIntegerField(db_default=0)
    ignored = models.BigIntegerField(db_default=0)
    lag = models.BigIntegerField(null=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "instance"], name="station_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.instance}"


class DatabaseIdentity(models.Model):
    """One row: 12 random hex digits that stand in every cache key, so that two databases never meet in one Redis.

    The migration makes the table and its row: `manage.py flush` must not empty it, and leaves unmanaged tables alone.
    """

    database_id = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "events_databaseidentity"
        verbose_name_plural = "database identity"

    def __str__(self) -> str:
        return self.database_id
