"""The inventory's writes. PostgreSQL alone decides; the cache is written through, and never asked.

receive, adjust, take_back           staff and returns
reserve, commit, release, expire_due a sale, from the checkout to its end

Invariants, whatever happens at once and wherever it stops:
1. Each is one transaction, or a part of the caller's. Stock and ledger are written by one statement (ledger.py), which
   refuses what would leave less than nothing: 0 <= held <= on hand.
2. Rows are locked in one order: the reservation, then stock by product id. So nobody waits for another in a circle.
3. Nothing is decided by what was read before: the condition stands in the statement that writes. The race, if it did
   not: 1. A reads one left; 2. B reads one left; 3. A takes it; 4. B takes it too.
4. When an operation has returned, outside of a transaction, the cache shows it, or is being repaired from the log.

Proved by tests/integration/test_stock_*.py and test_reservations*.py, the races with their controls.
"""

from inventory.operations.expiring import expire_due
from inventory.operations.ledger import StockDamagedError
from inventory.operations.quantities import LARGEST_QUANTITY, MOST_PRODUCTS
from inventory.operations.reserving import (
    LONGEST_HOLD,
    OutOfStockError,
    ReservationNotOpenError,
    Shortage,
    commit,
    release,
    reserve,
)
from inventory.operations.shelving import StockTooLowError, adjust, receive, take_back

__all__ = [
    "LARGEST_QUANTITY",
    "LONGEST_HOLD",
    "MOST_PRODUCTS",
    "OutOfStockError",
    "ReservationNotOpenError",
    "Shortage",
    "StockDamagedError",
    "StockTooLowError",
    "adjust",
    "commit",
    "expire_due",
    "receive",
    "release",
    "reserve",
    "take_back",
]
