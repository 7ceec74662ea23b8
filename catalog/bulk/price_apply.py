"""A previewed price change made true, once.

Two staff members, or one with a double click, press Apply at the same moment:
    1. both requests read the plan: a draft
    2. the first writes every price, and commits
    3. somebody corrects one of the prices by hand
    4. the second request writes every price again, over the correction
So the plan's state is what decides, by a conditional UPDATE before any price is touched, in the transaction that writes
them all: the second waits for the first at that row, then finds no draft and learns who was first.

Invariants: products are locked before prices, each in the order of ids; a price that is no longer what the preview
showed is never overwritten, but skipped and named, or the whole plan is refused; one UPDATE writes all prices, so the
change log gets one row for each 1,000. Proved by tests/integration/test_admin_price_plans.py, with the control.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from catalog.bulk.price_preview import PlanDecidedError
from catalog.bulk.selection import allow_time
from catalog.models import Price, PriceChangeLine, PriceChangePlan
from shop.events.busy import or_busy
from shop.events.fast_path import announced_changes
from shop.events.history import Recorded, record_changes

State = PriceChangeLine.State

_LOCK_PRODUCTS: Final = "SELECT id FROM catalog_product WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_WRITE_PRICES: Final = """
    UPDATE catalog_price AS price
    SET regular_amount = wanted.regular, amount = wanted.amount, sale_ends_at = wanted.ends_at
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::timestamptz[])
        AS wanted (product_id, regular, amount, ends_at)
    WHERE price.product_id = wanted.product_id
"""
_NAME_SKIPPED: Final = """
    UPDATE catalog_pricechangeline AS line SET state = %s, reason = skipped.reason
    FROM unnest(%s::bigint[], %s::text[]) AS skipped (product_id, reason)
    WHERE line.plan_id = %s AND line.product_id = skipped.product_id
"""


class StalePreviewError(Exception):
    """The plan has had another preview since the one that was on the screen, or none yet."""


class PricesMovedError(Exception):
    """Some prices are no longer what the preview showed, and the whole plan was to be refused in that case."""

    def __init__(self, skus: list[str]) -> None:
        super().__init__(f"{len(skus):,} prices have changed since the preview.")
        self.skus = skus


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    changed: int
    skipped: int


def apply_plan(*, plan_id: int, revision: int, user_id: int, whole_or_nothing: bool = False) -> Applied:
    """Write the new prices of a preview. `whole_or_nothing` refuses all when any price has moved meanwhile.

    Raises PlanDecidedError for a plan that is no draft any more, StalePreviewError, PricesMovedError and RowsBusyError,
    and PriceChangePlan.DoesNotExist for one that was pruned.
    """
    with or_busy(), announced_changes():
        allow_time()
        _claim(plan_id=plan_id, revision=revision, user_id=user_id)
        lines = list(PriceChangeLine.objects.filter(plan_id=plan_id, state=State.CHANGES).order_by("product_id"))
        now = _locked_prices([line.product_id for line in lines])
        moved = {line.product_id: reason for line in lines if (reason := _moved(line, now.get(line.product_id)))}
        if moved and whole_or_nothing:
            raise PricesMovedError([line.sku for line in lines if line.product_id in moved])
        kept = [line for line in lines if line.product_id not in moved]
        _write(plan_id, kept, moved)
        record_changes(user_id=user_id, model=Price, changes=[_history(line) for line in kept])
        return Applied(changed=len(kept), skipped=len(moved))


def _claim(*, plan_id: int, revision: int, user_id: int) -> None:
    """Take the plan out of the drafts; the database lets one caller do that."""
    shown = PriceChangePlan.objects.filter(
        pk=plan_id, state=PriceChangePlan.State.DRAFT, revision=revision, revision__gt=0
    )
    if shown.update(state=PriceChangePlan.State.APPLIED, decided_by_id=user_id, decided_at=timezone.now()):
        return
    plan = PriceChangePlan.objects.select_related("decided_by").get(pk=plan_id)
    raise StalePreviewError if plan.state == PriceChangePlan.State.DRAFT else PlanDecidedError(plan)


def _locked_prices(product_ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """What each of the products costs, held until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PRODUCTS, [product_ids])
    prices = Price.objects.filter(pk__in=product_ids).select_for_update().order_by("pk")
    columns = prices.values_list("pk", "currency", "regular_amount", "amount", "sale_ends_at")
    return {product_id: (currency, *amounts) for product_id, currency, *amounts in columns}


def _moved(line: PriceChangeLine, now: tuple[Any, ...] | None) -> str:
    """Why the line must be skipped, or nothing."""
    if now is None:
        return "it has no price any more"
    if now == (line.currency, line.old_regular, line.old_amount, line.old_ends_at):
        return ""
    currency, regular, amount, _ = now
    if (currency, regular, amount) == (line.currency, line.old_regular, line.old_amount):
        return "the end of its reduction has changed meanwhile"
    return f"it costs {amount} {currency} by now (regular {regular})"


def _write(plan_id: int, kept: list[PriceChangeLine], moved: dict[int, str]) -> None:
    columns = [(line.product_id, line.new_regular, line.new_amount, line.new_ends_at) for line in kept]
    with connection.cursor() as cursor:
        if columns:
            cursor.execute(_WRITE_PRICES, [list(column) for column in zip(*columns, strict=True)])
        if moved:
            cursor.execute(_NAME_SKIPPED, [State.MOVED.value, list(moved), list(moved.values()), plan_id])
    pending = PriceChangeLine.objects.filter(plan_id=plan_id, state=State.CHANGES)
    pending.update(state=State.APPLIED)


def _history(line: PriceChangeLine) -> Recorded:
    columns = {
        "regular amount": (line.old_regular, line.new_regular),
        "amount": (line.old_amount, line.new_amount),
        "sale ends at": (line.old_ends_at, line.new_ends_at),
    }
    fields = {name: values for name, values in columns.items() if values[0] != values[1]}
    return Recorded(object_id=line.product_id, name=f"{line.name}: {line.new_amount} {line.currency}", fields=fields)
