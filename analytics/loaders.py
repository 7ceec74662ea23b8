"""How the values of analytics come out of the database: value and version by one statement. Products without a row are
left out."""

from collections.abc import Mapping, Sequence

from django.db import connection

from analytics.snapshots import AlsoBoughtSnapshot, ViewsSnapshot
from shop.caching.entry import Versioned

_VIEWS = "SELECT version, product_id, total FROM analytics_productviews WHERE product_id = ANY(%s)"
_ALSO_BOUGHT = "SELECT version, product_id, product_ids FROM analytics_alsobought WHERE product_id = ANY(%s)"


def load_views(ids: Sequence[int]) -> Mapping[int, Versioned[ViewsSnapshot]]:
    """The views of the products with these ids."""
    with connection.cursor() as cursor:
        cursor.execute(_VIEWS, [list(ids)])
        return {
            product_id: Versioned(version, ViewsSnapshot(product_id, total)) for version, product_id, total in cursor
        }


def load_also_bought(ids: Sequence[int]) -> Mapping[int, Versioned[AlsoBoughtSnapshot]]:
    """What customers of the products with these ids bought as well."""
    with connection.cursor() as cursor:
        cursor.execute(_ALSO_BOUGHT, [list(ids)])
        return {
            product_id: Versioned(version, AlsoBoughtSnapshot(product_id, tuple(product_ids)))
            for version, product_id, product_ids in cursor
        }
