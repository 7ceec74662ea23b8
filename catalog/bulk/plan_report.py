"""What a plan's page shows: how many lines of each kind, what they sum up to, and a page of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum

from catalog.models import PriceChangeLine, PriceChangePlan

LINES_PER_PAGE: Final = 100
NAMED: Final = 20
State = PriceChangeLine.State
MADE: Final = Q(state__in=(State.CHANGES, State.APPLIED))


@dataclass(frozen=True, slots=True)
class Total:
    """The changed prices of one currency, added up: one piece of each product."""

    currency: str
    old: Decimal
    new: Decimal

    @property
    def percent(self) -> Decimal:
        """With one decimal; 0 from nothing."""
        return round((self.new - self.old) * 100 / self.old, 1) if self.old else Decimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """`counts` has the number of lines by state; `unchangeable` are the first that can't, or could not, be changed."""

    counts: Mapping[str, int]
    totals: tuple[Total, ...]
    unchangeable: tuple[PriceChangeLine, ...]
    page: Page[PriceChangeLine]

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    @property
    def changing(self) -> int:
        return self.counts[State.CHANGES] + self.counts[State.APPLIED]

    @property
    def not_changing(self) -> int:
        return self.counts[State.REFUSED] + self.counts[State.MOVED]


def plan_report(*, plan: PriceChangePlan, show: str = "", page: int | str = 1) -> PlanReport:
    """`show` is a state, or nothing for all lines; a page that is not there is the nearest that is. Four queries."""
    lines = plan.lines.order_by("product_id")
    counts = dict.fromkeys(State.values, 0) | dict(lines.order_by().values_list("state").annotate(n=Count("pk")))
    sums = lines.order_by("currency").filter(MADE).values_list("currency")
    shown = lines.filter(state=show) if show in State.values else lines
    return PlanReport(
        counts=counts,
        totals=tuple(Total(*row) for row in sums.annotate(old=Sum("old_amount"), new=Sum("new_amount"))),
        unchangeable=tuple(lines.filter(state__in=(State.REFUSED, State.MOVED))[:NAMED]),
        page=Paginator(shown, LINES_PER_PAGE).get_page(page),
    )
