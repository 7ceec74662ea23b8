"""A bulk price change before it is made: a plan that holds every old and every new price.

    plan_id = make_plan(product_ids=[...], chosen="Jams", user_id=7)
    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(10)))

A preview can be made again with another rule; each one reads the prices anew and gets the next revision. Nothing here
writes a price. Plans that nobody applied are deleted a day after their last preview, by whoever makes the next
plan; whoever has one of them open is told that it is gone.
"""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from catalog.bulk.price_rule import Kind, PriceRule, Quote, RefusedPriceError
from catalog.bulk.selection import allow_time
from catalog.models import PriceChangeLine, PriceChangePlan
from shop.events.busy import or_busy

DRAFTS_LIVE: Final = timedelta(days=1)
PRUNED_AT_ONCE: Final = 10

_LINES: Final = """
    INSERT INTO catalog_pricechangeline (plan_id, product_id, sku, name, currency, state, reason)
    SELECT %s, id, sku, name, '', 'pending', '' FROM catalog_product WHERE id = ANY(%s) ORDER BY id
"""
_PRICES_NOW: Final = """
    SELECT line.product_id, product.id IS NOT NULL, coalesce(price.currency, ''),
           price.regular_amount, price.amount, price.sale_ends_at
    FROM catalog_pricechangeline AS line
    LEFT JOIN catalog_product AS product ON product.id = line.product_id
    LEFT JOIN catalog_price AS price ON price.product_id = line.product_id
    WHERE line.plan_id = %s
    ORDER BY line.product_id
"""
_PREVIEW: Final = """
    UPDATE catalog_pricechangeline AS line
    SET currency = seen.currency, old_regular = seen.old_regular, old_amount = seen.old_amount,
        old_ends_at = seen.old_ends_at, new_regular = seen.new_regular, new_amount = seen.new_amount,
        new_ends_at = seen.new_ends_at, state = seen.state, reason = seen.reason
    FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::timestamptz[],
                %s::numeric[], %s::numeric[], %s::timestamptz[], %s::text[], %s::text[])
        AS seen (product_id, currency, old_regular, old_amount, old_ends_at,
                 new_regular, new_amount, new_ends_at, state, reason)
    WHERE line.plan_id = %s AND line.product_id = seen.product_id
"""


class PlanDecidedError(Exception):
    """The plan has been applied or discarded already; `plan` says by whom and when."""

    def __init__(self, plan: PriceChangePlan) -> None:
        super().__init__(f"{plan} has been {plan.state} already.")
        self.plan = plan


def make_plan(*, product_ids: Collection[int], chosen: str, user_id: int) -> int:
    """Store which products a change is about, and return the plan's id. `chosen` says in words how they were found."""
    with transaction.atomic():
        _prune()
        plan = PriceChangePlan.objects.create(chosen=chosen[:200], made_by_id=user_id)
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [plan.pk, list(product_ids)])
        return plan.pk


def preview_plan(*, plan_id: int, rule: PriceRule) -> int:
    """Work out every new price from the present ones; returns the revision that Apply must name.

    Raises PlanDecidedError, RowsBusyError, and PriceChangePlan.DoesNotExist for one that was pruned.
    """
    with or_busy(), transaction.atomic(), connection.cursor() as cursor:
        allow_time()
        plan = PriceChangePlan.objects.select_for_update().get(pk=plan_id)
        if plan.state != PriceChangePlan.State.DRAFT:
            raise PlanDecidedError(plan)
        cursor.execute(_PRICES_NOW, [plan_id])
        if lines := [_line(rule, *row) for row in cursor.fetchall()]:
            cursor.execute(_PREVIEW, [*(list(column) for column in zip(*lines, strict=True)), plan_id])
        plan.rule = rule_as_json(rule)
        plan.revision += 1
        # A plan is as old as its last preview: pruning goes by this.
        plan.made_at = timezone.now()
        plan.save(update_fields=["rule", "revision", "made_at"])
        return plan.revision


def discard_plan(*, plan_id: int, user_id: int) -> None:
    """Put a draft away. Raises PlanDecidedError, and PriceChangePlan.DoesNotExist for one that was pruned."""
    drafts = PriceChangePlan.objects.filter(pk=plan_id, state=PriceChangePlan.State.DRAFT)
    decided = drafts.update(state=PriceChangePlan.State.DISCARDED, decided_by_id=user_id, decided_at=timezone.now())
    if not decided:
        raise PlanDecidedError(PriceChangePlan.objects.select_related("decided_by").get(pk=plan_id))


def rule_as_json(rule: PriceRule) -> dict[str, str]:
    """The rule as a plan keeps it, and as its form is filled in again."""
    return {
        "kind": rule.kind.value,
        "value": f"{rule.value:f}" if rule.kind is not Kind.END_SALE else "",
        "rounding": rule.rounding.value,
        "floor": "" if rule.floor is None else f"{rule.floor:f}",
        "ends_at": "" if rule.ends_at is None else rule.ends_at.isoformat(),
    }


def _line(rule: PriceRule, product_id: int, is_there: bool, currency: str, *columns: Any) -> tuple[Any, ...]:
    """The columns of one line, in the order of the statement."""
    regular, amount, ends_at = columns
    old = (regular, amount, ends_at)
    none: tuple[Decimal | None, Decimal | None, Any] = (None, None, None)
    if not is_there or regular is None:
        reason = "it has no price" if is_there else "the product is gone"
        return (product_id, currency, *old, *none, PriceChangeLine.State.REFUSED.value, reason)
    try:
        new = rule.new_price(Quote(regular=regular, amount=amount, ends_at=ends_at))
    except RefusedPriceError as refused:
        return (product_id, currency, *old, *none, PriceChangeLine.State.REFUSED.value, str(refused)[:200])
    values = (new.regular, new.amount, new.ends_at)
    state = PriceChangeLine.State.SAME if values == old else PriceChangeLine.State.CHANGES
    return (product_id, currency, *old, *values, state.value, "")


def _prune() -> None:
    """Delete a few plans that nobody applied within a day of their last preview; an index finds them."""
    stale = PriceChangePlan.objects.exclude(state=PriceChangePlan.State.APPLIED)
    stale = stale.filter(made_at__lt=timezone.now() - DRAFTS_LIVE).select_for_update(skip_locked=True)
    ids = list(stale.order_by("made_at").values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    if ids:
        PriceChangePlan.objects.filter(pk__in=ids).delete()
