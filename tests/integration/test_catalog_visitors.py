"""The reviews of the last two weeks that make a demo look lived in."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Review, ReviewSummary
from catalog.seeding.visitors import post_recent_reviews

pytestmark = pytest.mark.django_db


def test_visitors_post_reviews_of_the_last_two_weeks_and_the_newest_wait() -> None:
    call_command("seed_catalog", products=30, visitors=True, stdout=StringIO())

    recent = Review.objects.filter(created_at__gt=timezone.now() - timedelta(days=14))
    assert recent.filter(status="new").exists()
    assert recent.filter(status="approved").exists()
    assert not recent.filter(status="new", created_at__lt=timezone.now() - timedelta(days=2)).exists()
    assert sum(ReviewSummary.objects.values_list("review_count", flat=True)) == Review.objects.count()


def test_visitors_find_nothing_to_say_in_a_shop_that_was_never_seeded() -> None:
    assert post_recent_reviews() == 0
