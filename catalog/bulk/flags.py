"""Publish and withdraw many products, or put them into the shop window: one UPDATE, whatever the number.

Invariants: products are locked in the order of their ids; those that are as wished already are not written, so they
keep their version and stand in neither the change log nor the history.
Proved by tests/integration/test_admin_bulk_flags.py.
"""

from collections.abc import Collection
from typing import Literal

from catalog.bulk.selection import allow_time
from catalog.models import Product
from shop.events.busy import or_busy
from shop.events.fast_path import announced_changes
from shop.events.history import Recorded, record_changes

Flag = Literal["is_published", "is_featured"]


def set_flag(*, product_ids: Collection[int], flag: Flag, value: bool, user_id: int) -> int:
    """Set one flag of at most 10,000 products; returns how many that changed. Raises RowsBusyError."""
    with or_busy(), announced_changes():
        allow_time()
        others = Product.objects.filter(pk__in=list(product_ids)).exclude(**{flag: value})
        locked = list(others.select_for_update(no_key=True).order_by("pk").values_list("pk", "name"))
        Product.objects.filter(pk__in=[pk for pk, _ in locked]).update(**{flag: value})
        fields = {flag.removeprefix("is_"): (not value, value)}
        return record_changes(
            user_id=user_id,
            model=Product,
            changes=[Recorded(object_id=pk, name=name, fields=fields) for pk, name in locked],
        )
