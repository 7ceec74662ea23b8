"""What a mock provider writes its charges into: one entry a key, whose first entry stays the first."""

from decimal import Decimal
from typing import Protocol

from cart.payments.provider import Charge


class Books(Protocol):
    def open(self, charge: Charge, *, last4: str) -> Charge:
        """Enter a charge unless its key has an entry; answers the entry that stands."""
        ...

    def find(self, *, key: str) -> Charge | None: ...

    def refund(self, *, key: str) -> Charge | None:
        """Mark a charged entry as refunded; answers what stands, None where there is nothing."""
        ...

    def balance(self) -> Decimal:
        """All that is charged and not refunded."""
        ...
