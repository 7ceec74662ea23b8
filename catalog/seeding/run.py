"""One seeding: one transaction, and one `reset` in the change log instead of a change for every row.

Invariants: an interrupted seeding leaves nothing; the same call twice writes nothing the second time, not even to the
change log; a larger number adds only what is missing; goods of two seeds never mix.
Proved by tests/integration/test_catalog_seeding.py.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from catalog.models import Category, Product, Seeding
from catalog.operations import recompute_related_products
from catalog.seeding.products import Generator, SeededProduct
from catalog.seeding.writer import write_categories, write_products
from shop.events.fast_path import announced_changes

BATCH = 1000
_COUNTED = ("product", "review", "category")
_TABLES = ("category", "product", "price", "review", "reviewsummary", "relatedproducts", "popularity", "word")


# Called with the ids of each batch of products, inside the transaction that makes them.
OnBatch = Callable[[Sequence[int]], None]


class OtherSeedError(ValueError):
    """The shop holds goods of another seed."""


def seed_shop(
    *, products: int, seed: int, progress: Callable[[int], None], on_batch: OnBatch = lambda product_ids: None
) -> int:
    """See to it that the shop has the first `products` goods of `seed`; return how many were added.

    `on_batch` writes what else belongs to a batch of products, such as their stock; `progress` is told after it how
    many there are now. Raises OtherSeedError.
    """
    with announced_changes():
        _set("SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0", "SET LOCAL enable_seqscan = on")
        # The next batch may take a while to be made.
        _set("SET LOCAL idle_in_transaction_session_timeout = 0")
        _set("LOCK TABLE catalog_seeding IN EXCLUSIVE MODE")
        present = _already_present(seed)
        if products <= present:
            return 0
        # Checks that wait for the commit pile up, and every statement walks the whole pile: quadratic time.
        _set("SET LOCAL larder.changes = 'reset'", "SET CONSTRAINTS ALL IMMEDIATE")
        if not Product.objects.exists() and not Category.objects.exists():
            _set(*(f"ALTER SEQUENCE catalog_{table}_id_seq RESTART" for table in _COUNTED))
        _add(first=present + 1, last=products, seed=seed, progress=progress, on_batch=on_batch)
        Seeding.objects.update_or_create(pk=1, defaults={"seed": seed, "products": products})
        _set(*(f"ANALYZE catalog_{table}" for table in _TABLES))
        recompute_related_products()
        _set("SELECT larder_reset('seed')", "SET LOCAL larder.changes = ''")
        return products - present


def _already_present(seed: int) -> int:
    """How many goods of this seed there are. A shop whose products are all gone counts as never seeded."""
    seeding = Seeding.objects.first()
    if seeding is None or not Product.objects.exists():
        return 0
    if seeding.seed != seed:
        raise OtherSeedError(
            f"This shop already holds {seeding}; goods of seed {seed} would mix with them. "
            f"Use --seed {seeding.seed}, or an empty database."
        )
    return seeding.products


def settle() -> None:
    """Vacuum what was seeded, outside of any transaction: until then index-only scans look into the tables after all.

    The database does this by itself, a minute or so later.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            for table in _TABLES:
                cursor.execute(f"VACUUM (ANALYZE) catalog_{table}")
        finally:
            cursor.execute("RESET statement_timeout")


def product_ids() -> Iterator[Sequence[int]]:
    """The ids of all products, by batches."""
    last = 0
    while ids := list(Product.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


def _add(*, first: int, last: int, seed: int, progress: Callable[[int], None], on_batch: OnBatch) -> None:
    """While the database takes one batch, a thread makes the next."""
    category_ids = write_categories()
    generator = Generator(seed)

    def make(start: int) -> list[SeededProduct]:
        return [generator.product(number) for number in range(start, min(start + BATCH, last + 1))]

    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = maker.submit(make, first)
        for start in range(first, last + 1, BATCH):
            batch = coming.result()
            coming = maker.submit(make, start + BATCH)
            on_batch(write_products(batch, category_ids=category_ids))
            progress(start + len(batch) - 1)


def _set(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
