"""The most popular products into the caches, before visitors ask for them.

Invariants, proved by tests/integration/test_warming.py and tests/failures/test_cold_start.py:
1. Entries come there as readers bring them: by the caches' own reads, with lease, fence and single-flight. So a warm-up
   beside visitors loads nothing that one of them is loading, and stores nothing that a write has overtaken.
2. It is stopped at any moment, with -9 too, and leaves entries that are as good as any. What is marked as warm was
   filled to its end.
   The mark is that of the database that was there at the beginning: after a restore in the midst of it nothing is warm.
3. The database keeps serving: no more than `rate` products a second, however few those are, and after each batch a rest
   at least as long as the batch took, but for LONGEST_REST_S. So a database that is slow, because it is busy, is asked
   for less.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from analytics import queries as analytics
from catalog import queries as catalog
from catalog.search import Criteria, Sort, find_products
from inventory.queries import get_stocks
from shop.caching.clock import Clock, SystemClock
from shop.caching.registry import REGISTRY

PRODUCTS_PER_BATCH: Final = 25
DEFAULT_RATE: Final = 500.0
# Of a database that takes longer than this for a batch nothing better comes of waiting still longer.
LONGEST_REST_S: Final = 5.0
PARTS: Final = ("product", "price", "review_summary", "related_products", "stock", "views", "also_bought")


class CacheAwayError(RuntimeError):
    """The cache does not take what is loaded, so loading it is of no use."""


@dataclass(slots=True)
class Warmed:
    """Of `products`, how many parts were there already (`present`), and how many were `filled`; a part is an entry."""

    products: int = 0
    present: int = 0
    filled: int = 0
    seconds: float = field(default=0.0)


def warm(
    *,
    top: int,
    rate: float = DEFAULT_RATE,
    progress: Callable[[Warmed], None] = lambda warmed: None,
    clock: Clock | None = None,
) -> Warmed:
    """Fill the caches with the `top` most popular products, in that order, and mark them as warm at the end.

    `progress` is told after each batch. Raises CacheAwayError or StoreError as soon as the cache fails.
    """
    clock = clock or SystemClock()
    began = clock.monotonic()
    warmed = Warmed()
    mark = _mark()
    catalog.get_category_tree()
    for batch in popular_batches(top=top):
        started = clock.monotonic()
        _fill(batch, warmed)
        warmed.seconds = clock.monotonic() - began
        progress(warmed)
        clock.wait(rest(products=len(batch), rate=rate, took=clock.monotonic() - started))
    warmed.seconds = clock.monotonic() - began
    REGISTRY.ground().store.mark(mark)
    return warmed


def rest(*, products: int, rate: float, took: float) -> float:
    """Seconds to wait after a batch: until its turn at this rate is over, and as long as it took, or LONGEST_REST_S."""
    return max(products / rate - took, min(took, LONGEST_REST_S))


def is_warm() -> bool:
    """Whether this Redis was filled for this database. Raises StoreError."""
    (mark,) = REGISTRY.ground().store.read([_mark()])
    return mark is not None


def _mark() -> str:
    """The key of the mark of the database that is there now. Raises StoreError."""
    ground = REGISTRY.ground()
    ground.read([])  # the database's id may have changed
    return ground.keys.warmed()


def popular_batches(*, top: int) -> Iterator[Sequence[int]]:
    """Ids of the most popular products, by batches; each id once, though the order may change in the meantime."""
    wanted = islice(_popular_ids(), top)
    while batch := list(islice(wanted, PRODUCTS_PER_BATCH)):
        yield batch


def _popular_ids() -> Iterator[int]:
    seen: set[int] = set()
    cursor: str | None = None
    while True:
        page = find_products(Criteria(), sort=Sort.POPULAR, cursor=cursor, limit=100)
        for product_id in page.ids:
            if product_id not in seen:
                seen.add(product_id)
                yield product_id
        cursor = page.next_cursor
        if cursor is None:
            return


def _fill(product_ids: Sequence[int], warmed: Warmed) -> None:
    before = _counts()
    catalog.read_parts(product_ids=product_ids)
    get_stocks(product_ids=product_ids)
    analytics.read_parts(product_ids=product_ids)
    hits, misses, failures = (after - earlier for after, earlier in zip(_counts(), before, strict=True))
    if failures:
        raise CacheAwayError("the cache does not answer")
    warmed.products += len(product_ids)
    warmed.present += hits
    warmed.filled += misses


def _counts() -> tuple[int, int, int]:
    """Hits, misses and failures of all parts in this process so far."""
    figures = [REGISTRY.metrics.of(part) for part in PARTS]
    return (
        sum(one.hits for one in figures),
        sum(one.misses for one in figures),
        sum(one.errors + one.skips for one in figures),
    )
