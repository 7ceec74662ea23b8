"""Whether the caches agree with their rows: `manage.py audit_caches`, for every row or for a random few.

audited    which caches are audited: each app names its own, with its loader and the table of its owner rows
row_ids    the ids of a table, by keyset
verdicts   what is wrong about one entry, if anything is
looking    entries and rows of some ids, read in the order that a verdict needs
mending    wrong entries end, through the fence
run        cache after cache, batch after batch; what looks wrong is looked at again

Invariants:
1. Nothing is reported that is only on its way: what looks wrong is looked at again SETTLED_S later, longer than any
   staleness bound, and held against what its row was at the first look.
2. The tables are only read. Mending raises floors, as any invalidation does.
3. Memory stays flat, and Redis is asked for keys that the database knows, never for what it has.

Proved by tests/integration/test_audit_caches.py, whose controls plant each kind of damage in a real Redis.
"""

from shop.events.audit.audited import audit
from shop.events.audit.findings import Finding, Problem, Report, Tally
from shop.events.audit.run import audit_caches

__all__ = ["Finding", "Problem", "Report", "Tally", "audit", "audit_caches"]
