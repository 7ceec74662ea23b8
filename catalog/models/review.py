"""What visitors think.

    catalog_reviewsummary   owns the entry "review_summary", keyed by the product: the count, the sum of the ratings,
                            and (from its children) the newest reviews. A trigger makes the row with the product.
    catalog_review          the reviews, its children. Their statement triggers keep the summary, by difference.

The race that shaped the triggers, if they counted the reviews again instead of adding a difference:
    1. visitor A inserts a review; A's count of the rows sees 11
    2. visitor B inserts a review before A commits; B's count does not see A's row: 11 too
    3. A commits, B commits: two reviews came in, and the count rose by one
Here the summary's row is locked first (in product order, so two writers never wait for each other in a circle), and
the update adds to what it finds after the wait.
Proved by tests/integration/test_catalog_reviews.py and test_catalog_concurrency.py, the latter with the control.
"""

from typing import ClassVar

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models.product import Product
from catalog.models.text import long_text, plain_text
from shop.events.triggers import VersionField, versioned

_SEEN = "(status <> 'hidden')::int"
_ADDED = f"SELECT product_id, {_SEEN} AS reviews, {_SEEN} * rating::bigint FROM new_rows"  # noqa: S608  constants
_TAKEN = f"SELECT product_id, -{_SEEN} AS reviews, -{_SEEN} * rating::bigint FROM old_rows"  # noqa: S608  constants


def _keep_summary(operation: pgtrigger.Operation, *, old: str = "", new: str = "") -> pgtrigger.Trigger:
    """Add what a statement changed to the summaries; a new text alone adds 0, and still raises the version."""
    changes = " UNION ALL ".join(part for part in (old, new) if part)
    return pgtrigger.Trigger(
        name=f"review_sum_{str(operation).lower()}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]
            old="old_rows" if old else None, new="new_rows" if new else None
        ),
        func=f"""
            PERFORM FROM catalog_reviewsummary
                WHERE product_id IN (SELECT product_id FROM ({changes}) AS changes)
                ORDER BY product_id FOR UPDATE;
            UPDATE catalog_reviewsummary AS summary
                SET review_count = review_count + difference.reviews, rating_sum = rating_sum + difference.rating
                FROM (
                    SELECT product_id, sum(reviews) AS reviews, sum(rating) AS rating
                    FROM ({changes}) AS changes (product_id, reviews, rating) GROUP BY product_id
                ) AS difference
                WHERE summary.product_id = difference.product_id;
            RETURN NULL;
        """,  # noqa: S608  the parts put in are the constants above
    )


_EMPTY_SUMMARIES = pgtrigger.Trigger(
    name="review_sum_truncate",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Truncate,
    func="UPDATE catalog_reviewsummary SET review_count = 0, rating_sum = 0 WHERE review_count > 0; RETURN NULL;",
)


class ReviewSummary(models.Model):
    """The owner row of a product's reviews. Nobody writes it by hand; it lives and dies with its product."""

    product = models.OneToOneField(
        Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="review_summary"
    )
    review_count = models.IntegerField(default=0)
    rating_sum = models.BigIntegerField(default=0)
    version = VersionField()

    class Meta:
        verbose_name_plural = "review summaries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    review_count__gte=0,
                    rating_sum__gte=models.F("review_count"),
                    rating_sum__lte=5 * models.F("review_count"),
                ),
                name="review_summary_possible",
            ),
        ]
        triggers: ClassVar = versioned("review_summary", key="product_id")

    def __str__(self) -> str:
        return f"{self.review_count} reviews of {self.product_id}"


class Review(models.Model):
    """One opinion. Its owner is the product's summary. Visitors see it at once; staff may hide it, and count it out."""

    class Status(models.TextChoices):
        NEW = "new", "new"
        APPROVED = "approved", "approved"
        HIDDEN = "hidden", "hidden"

    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="reviews"
    )
    author = models.CharField(max_length=60, validators=[plain_text])
    rating = models.SmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 (poor) to 5 (excellent)."
    )
    title = models.CharField(max_length=120, validators=[plain_text])
    body = long_text(longest=4000)
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.NEW,
        db_default=Status.NEW,
        help_text="New ones are shown, and wait for somebody to look at them.",
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(rating__range=(1, 5)), name="review_rating_1_to_5"),
            models.CheckConstraint(
                condition=models.Q(status__in=("new", "approved", "hidden")), name="review_status_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["product", "created_at", "id"], name="review_newest_of_product"),
            models.Index(fields=["created_at"], name="review_by_age"),
            models.Index(fields=["created_at", "id"], name="review_waiting", condition=models.Q(status="new")),
            models.Index(fields=["created_at", "id"], name="review_hidden", condition=models.Q(status="hidden")),
        ]
        triggers: ClassVar = [
            _keep_summary(pgtrigger.Insert, new=_ADDED),
            _keep_summary(pgtrigger.Update, old=_TAKEN, new=_ADDED),
            _keep_summary(pgtrigger.Delete, old=_TAKEN),
            _EMPTY_SUMMARIES,
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.rating}/5)"
