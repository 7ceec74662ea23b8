"""The change log, and the name of this database.

Every versioned table writes here by trigger, in the transaction of the change itself: no writer can forget it, and no
crash can lose it. Nothing in Python inserts into these tables.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Change(models.Model):
    """Some rows of one entity were written: up to 1,000 ids, each with the version it was given.

    A row whose operation is `reset` stands for "anything may have changed": a truncate, a seeding or a restore. It has
    no ids; it carries the database id that was in force before, whose keys are dead from then on.
    """

    class Operation(models.TextChoices):
        CHANGED = "changed"
        RESET = "reset"

    transaction = models.BigIntegerField(help_text="PostgreSQL's 64-bit transaction id of the writer")
    entity = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Operation.choices)
    ids = ArrayField(models.BigIntegerField())
    versions = ArrayField(models.BigIntegerField())
    retired_database = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["transaction"], name="change_by_transaction"),
            models.Index(fields=["written_at"], name="change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.operation} ({len(self.ids)})"


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
