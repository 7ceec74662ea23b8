"""The cache, put right from the rows.

Every wrong entry goes by what ends entries anyway: the row is given a new version, above all that were ever given, and
is put. Its numbers are not touched. Where an entry is above even that, its version never came from this database: it
was put back from a copy, and nobody said so. `larder_reset` says so, and no key of before is read again.
"""

from collections.abc import Sequence

from django.db import connection

from inventory.models import Stock
from inventory.reconcile.entries import wrong_entries
from inventory.reconcile.rows import batches
from inventory.stock_cache import STOCK_CACHE
from shop.caching.write_through import Outcome
from shop.events.fast_path import announced_changes
from shop.events.triggers import VERSION_SEQUENCE


def mend(product_ids: Sequence[int]) -> bool:
    """Whether the cache took it. Raises StoreError where it can't be asked."""
    with STOCK_CACHE.writing() as write:
        for stock in Stock.objects.filter(product_id__in=product_ids).order_by("product_id").select_for_update():
            write.wrote(stock.product_id)
        Stock.objects.filter(product_id__in=write.entry_ids).update(version=0)
    gone = set(product_ids) - set(write.entry_ids)
    taken = STOCK_CACHE.invalidate_many(dict.fromkeys(gone, _new_version())) if gone else True
    if write.outcome is not Outcome.PUT or not taken:
        return False
    if _still_wrong(product_ids):
        with announced_changes(), connection.cursor() as cursor:
            cursor.execute("SELECT larder_reset('reconcile')")
    return True


def _new_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [VERSION_SEQUENCE])
        return int(cursor.fetchone()[0])


def _still_wrong(product_ids: Sequence[int]) -> bool:
    return any(wrong_entries(batch) for batch in batches(product_ids))
