"""Wrong entries end as any entry ends: the floor is raised, and the next reader loads the row.

Where the row's version lies above the entry's, the floor is the row's, and the row is cached again at its next read.
Else the floor lies above both: for as long as a tombstone lives, the row is shown and not cached.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from shop.caching.guard import past_the_breaker
from shop.events.audit.audited import Audited
from shop.events.audit.findings import Finding
from shop.events.audit.looking import findings_of, look

T = TypeVar("T")


def mend(audited: Audited[T], found: Sequence[Finding], *, known: Mapping[int, int | None]) -> list[Finding]:
    """The findings, each saying whether it was mended. Raises StoreError."""
    with past_the_breaker():
        if not audited.cache.invalidate_many({finding.entry_id: finding.floor for finding in found}):
            return list(found)
    still = findings_of(audited, look(audited, [finding.entry_id for finding in found]), known=known)
    wrong = {finding.entry_id for finding in still}
    return [finding._replace(is_mended=finding.entry_id not in wrong) for finding in found]
