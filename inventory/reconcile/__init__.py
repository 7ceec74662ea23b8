"""Whether ledger, stock, reservations and cache agree; for every product, or for some.

rows      what the three tables say of a product: one statement a batch, so one moment of the shop
entries   what the cache says, held against the rows
mending   the cache, put right from the rows. The tables are never written: only people know which of them is right
run       batch after batch

Invariants: nothing is reported that is only on its way: a suspicion about the cache is looked at again a second later.
Memory stays flat: a batch at a time, and at most MOST_TOLD findings are kept.
Proved by tests/integration/test_reconcile*.py.
"""

from inventory.reconcile.findings import Finding
from inventory.reconcile.run import Report, reconcile

__all__ = ["Finding", "Report", "reconcile"]
