"""Approve, hide or show reviews again: one transaction, in the caches right after its commit.

Invariants: products are locked before their reviews, in the order of their ids, as everywhere; a review that is so
already is not written, so a second click does nothing; the review's count and average follow by trigger.
Proved by tests/integration/test_review_moderation.py.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from catalog.models import Product, Review
from shop.events.busy import or_busy
from shop.events.fast_path import announced_changes
from shop.events.history import Recorded, record_changes

Status = Review.Status


class Verdict(StrEnum):
    """APPROVE is about new reviews, SHOW about hidden ones, HIDE about all others."""

    APPROVE = "approve"
    HIDE = "hide"
    SHOW = "show"


_FROM_AND_TO: Final = {
    Verdict.APPROVE: ((Status.NEW,), Status.APPROVED),
    Verdict.HIDE: ((Status.NEW, Status.APPROVED), Status.HIDDEN),
    Verdict.SHOW: ((Status.HIDDEN,), Status.APPROVED),
}


def moderate_reviews(*, review_ids: Collection[int], verdict: Verdict, user_id: int) -> int:
    """Return how many reviews that changed; ids that no review has are left out. Raises RowsBusyError."""
    before, after = _FROM_AND_TO[verdict]
    with or_busy(), announced_changes():
        chosen = Review.objects.filter(pk__in=review_ids, status__in=before)
        product_ids = chosen.order_by().values("product_id")
        list(Product.objects.select_for_update(no_key=True).filter(pk__in=product_ids).order_by("pk").values_list("pk"))
        locked = list(chosen.select_for_update().order_by("pk").only("id", "title", "rating", "status"))
        Review.objects.filter(pk__in=[review.pk for review in locked]).update(status=after)
        changes = [
            Recorded(object_id=review.pk, name=str(review), fields={"status": (review.status, after.value)})
            for review in locked
        ]
        record_changes(user_id=user_id, model=Review, changes=changes)
        return len(locked)
