"""What became of each batch of views that was taken from the buffer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class FlushedBatch(models.Model):
    """A batch that was counted. Its row is written in the same transaction as its counts, and its id is unique: so a
    batch that is flushed again, or by two workers at once, changes nothing.

    Rows are kept for as long as Redis may still bring a batch back, or staff may replay it (analytics/retention.py).
    """

    batch = models.CharField(max_length=64, primary_key=True)
    flushed_at = models.DateTimeField(db_default=Now())
    counters = models.IntegerField(help_text="How many counters it had.")
    increments = models.BigIntegerField(help_text="What they add up to.")
    dropped = models.BigIntegerField(default=0, help_text="Views that processes had to drop before, and told of here.")

    class Meta:
        verbose_name_plural = "flushed batches"
        indexes: ClassVar = [
            models.Index(fields=["flushed_at"], name="batch_by_age"),
            models.Index(fields=["-flushed_at"], name="batch_with_losses", condition=models.Q(dropped__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.increments} views"


class DeadBatch(models.Model):
    """A batch that PostgreSQL refused again and again for what is in it. Nothing of it counts before it is replayed."""

    batch = models.CharField(max_length=64, primary_key=True)
    counts = models.JSONField(help_text='{"7:739583": 12}: product, day number, views.')
    dropped = models.BigIntegerField(default=0)
    reason = models.TextField()
    tries = models.IntegerField()
    failed_at = models.DateTimeField(db_default=Now())
    replayed_at = models.DateTimeField(null=True, blank=True)
    replayed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "dead batches"
        indexes: ClassVar = [
            models.Index(fields=["-failed_at", "batch"], name="dead_batch_newest"),
            models.Index(fields=["failed_at"], name="dead_batch_waiting", condition=models.Q(replayed_at=None)),
        ]

    def __str__(self) -> str:
        return self.batch
