"""One run: every product, a batch at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from inventory.reconcile.entries import wrong_entries
from inventory.reconcile.findings import Finding
from inventory.reconcile.mending import mend
from inventory.reconcile.rows import Sums, batches, count, findings_of
from shop.caching.store import StoreError

# Findings that are kept to be shown; the others are counted.
MOST_TOLD: Final = 1000


@dataclass
class Report:
    """`cache_error` says why the cache could not be asked, or not be mended, "" where it was."""

    checked: int = 0
    found: int = 0
    mended: int = 0
    cache_error: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether all was looked at, and nothing is wrong any more."""
        return self.found == self.mended and not self.cache_error

    def add(self, findings: Sequence[Finding]) -> None:
        self.found += len(findings)
        self.mended += sum(finding.is_mended for finding in findings)
        self.findings += findings[: MOST_TOLD - len(self.findings)]


def reconcile(
    *,
    product_ids: Sequence[int] | None = None,
    repair: bool = False,
    progress: Callable[[int, int], None] = lambda checked, of: None,
) -> Report:
    """Look at these products, or at all; with `repair`, put the cache right where it is wrong.

    `progress` is told after each batch how many of how many were looked at. Call it outside of a transaction: it has
    to see what others commit.
    """
    report = Report()
    of = count() if product_ids is None else len(set(product_ids))
    for batch in batches(product_ids):
        report.add([finding for sums in batch for finding in findings_of(sums)])
        _look_into_cache(report, batch, repair)
        report.checked += len(batch)
        progress(report.checked, of)
    return report


def _look_into_cache(report: Report, batch: Sequence[Sums], repair: bool) -> None:
    """Once the cache has failed it is left alone: each question would cost another time-out."""
    if report.cache_error:
        return
    try:
        wrong = wrong_entries(batch)
        mended = bool(wrong) and repair and mend([finding.product_id for finding in wrong])
    except StoreError as error:
        report.cache_error = str(error)
        return
    if wrong and repair and not mended:
        report.cache_error = "the cache did not take what was to mend it"
    report.add([finding._replace(is_mended=mended) for finding in wrong])
