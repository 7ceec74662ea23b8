"""One run: every cache, a batch at a time."""

from collections.abc import Callable
from typing import Any, Final

from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.audit.audited import Audited, audited_caches, unaudited_caches
from shop.events.audit.findings import MOST_TOLD, Report, Tally
from shop.events.audit.looking import findings_of, look, versions_of
from shop.events.audit.mending import mend

SETTLED_S: Final = 2.0
# So many suspects are looked at again together, after one pause.
TOGETHER: Final = 1000


class Audit:
    """`progress` is told the name of the cache, and how many of how many rows were looked at."""

    def __init__(self, *, sample: int | None, repair: bool, progress: Callable[[str, int, int], None]) -> None:
        self._sample = sample
        self._repair = repair
        self._progress = progress
        self.report = Report(unaudited=unaudited_caches())

    def run(self) -> Report:
        """Once Redis has failed it is left alone: each question would cost another time-out."""
        try:
            for audited in audited_caches():
                self._walk(audited)
        except StoreError as error:
            self.report.cache_error = str(error)
        return self.report

    def _walk(self, audited: Audited[Any]) -> None:
        tally = Tally(audited.name)
        self.report.tallies.append(tally)
        of = audited.ids.count()
        of, seen_rows = of if self._sample is None else min(of, self._sample), 0
        suspects: dict[int, int | None] = {}
        for rows, ids in audited.ids.walk() if self._sample is None else audited.ids.sample(self._sample):
            seen = look(audited, ids)
            tally.checked += len(ids)
            tally.absent += len(ids) - len(seen.entries)
            known = versions_of(seen)
            suspects |= {each.entry_id: known[each.entry_id] for each in findings_of(audited, seen, known=known)}
            if len(suspects) >= TOGETHER:
                self._look_again(audited, suspects, tally)
                suspects = {}
            seen_rows += rows
            self._progress(audited.name, seen_rows, max(of, seen_rows))
        if suspects:
            self._look_again(audited, suspects, tally)

    def _look_again(self, audited: Audited[Any], suspects: dict[int, int | None], tally: Tally) -> None:
        REGISTRY.ground().clock.wait(SETTLED_S)
        found = findings_of(audited, look(audited, list(suspects)), known=suspects)
        if found and self._repair:
            found = mend(audited, found, known=suspects)
        for finding in found:
            tally.wrong[finding.problem] += 1
            tally.mended += finding.is_mended
        self.report.findings += found[: MOST_TOLD - len(self.report.findings)]


def audit_caches(
    *,
    sample: int | None = None,
    repair: bool = False,
    progress: Callable[[str, int, int], None] = lambda cache, checked, of: None,
) -> Report:
    """Look at every row's entry, or at those of `sample` random rows of each cache; with `repair`, end what is wrong.

    Call it outside of a transaction: it has to see what others commit.
    """
    return Audit(sample=sample, repair=repair, progress=progress).run()
