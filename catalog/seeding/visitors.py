"""Reviews of the last two weeks, so that the demo's moderation queue and its charts have something to show.

Unlike the goods they depend on the day: who seeds a shop next year finds it as busy. Those of the last two days wait
for somebody to look at them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from catalog.models import Product, Review, Seeding
from catalog.seeding.opinions import Opinion
from catalog.seeding.products import Generator, sku_of
from shop.events.fast_path import announced_changes

DAYS: Final = 14
DAYS_WAITING: Final = 2
A_DAY: Final = (4, 16)
SECONDS_A_DAY: Final = 86_400


def post_recent_reviews() -> int:
    """Post them, on products of the seed that is in the shop; return how many. None in a shop that was never seeded."""
    seeding = Seeding.objects.first()
    if seeding is None:
        return 0
    said = list(_said(seeding, now=timezone.now()))
    ids = dict(Product.objects.filter(sku__in={sku for sku, _, _ in said}).values_list("sku", "id"))
    reviews = [_review(ids[sku], opinion, days_ago) for sku, opinion, days_ago in said if sku in ids]
    with announced_changes():
        Review.objects.bulk_create(reviews)
    return len(reviews)


def _said(seeding: Seeding, *, now: datetime) -> Iterator[tuple[str, Opinion, float]]:
    """Which product, what about it, and how many days ago."""
    generator = Generator(seeding.seed)
    random = Random(f"{seeding.seed}/visitors")  # noqa: S311  goods, not secrets
    for day in range(DAYS):
        for _ in range(random.randint(*A_DAY)):
            number = random.randint(1, seeding.products)
            for opinion in generator.opinions_on(number, random=random, since=now)[:1]:
                yield sku_of(number), opinion, day + random.random()


def _review(product_id: int, opinion: Opinion, days_ago: float) -> Review:
    return Review(
        product_id=product_id,
        author=opinion.author,
        rating=opinion.rating,
        title=opinion.title,
        body=opinion.body,
        status=Review.Status.NEW if days_ago < DAYS_WAITING else Review.Status.APPROVED,
        created_at=timezone.now() - timedelta(seconds=days_ago * SECONDS_A_DAY),
    )
