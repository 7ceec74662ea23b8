"""Migrations on a shop with goods in it, there and back; on a database of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from tests.scale.shops import drop_shop, make_shop


@pytest.fixture
def shop() -> Iterator[str]:
    url = make_shop(products=200, database_url=os.environ["DATABASE_URL"])
    yield url
    drop_shop(url)


def migrate(shop: str, *target: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", *target]
    subprocess.run(command, check=True, env=os.environ | {"DATABASE_URL": shop}, stderr=subprocess.DEVNULL)


def asked(shop: str, statement: str) -> list[tuple[int, ...]]:
    with psycopg.connect(shop, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_who_goes_back_behind_moderation_counts_every_review_again(shop: str) -> None:
    counts = "SELECT (SELECT count(*) FROM catalog_review), (SELECT sum(review_count) FROM catalog_reviewsummary)"
    asked(shop, "UPDATE catalog_review SET status = 'hidden' WHERE id % 3 = 0")
    ((all_reviews, counted),) = asked(shop, counts)
    assert counted < all_reviews

    migrate(shop, "catalog", "0003")

    assert asked(shop, counts) == [(all_reviews, all_reviews)]
    asked(shop, "DELETE FROM catalog_review WHERE id % 3 = 0")
    migrate(shop)
    ((left, counted),) = asked(shop, counts)
    assert left == counted < all_reviews
    assert asked(shop, "SELECT count(*) > 100 FROM catalog_word") == [(True,)]


def test_a_migration_takes_the_time_that_it_needs(shop: str) -> None:
    """A large table takes longer to rewrite than any page may wait; `migrate` lifts the limit for itself."""
    asked(shop, "ALTER DATABASE " + shop.rsplit("/", 1)[1] + " SET log_min_duration_statement = -1")
    migrate(shop, "catalog", "0003")
    slow = "ALTER TABLE catalog_product ADD CONSTRAINT slow CHECK (pg_sleep(0.03) IS NOT NULL) NOT VALID"
    asked(shop, slow)

    migrate(shop)  # makes `terms`, row by row, and checks each of the 200 rows: six seconds in one statement
