"""Books in memory: the fake for tests that need no database."""

import threading
from dataclasses import replace
from decimal import Decimal

from cart.payments.provider import Charge, ChargeStatus


class MemoryBooks:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._charges: dict[str, Charge] = {}

    def open(self, charge: Charge, *, last4: str) -> Charge:
        with self._lock:
            return self._charges.setdefault(charge.key, charge)

    def find(self, *, key: str) -> Charge | None:
        with self._lock:
            return self._charges.get(key)

    def refund(self, *, key: str) -> Charge | None:
        with self._lock:
            charge = self._charges.get(key)
            if charge is not None and charge.status is ChargeStatus.CHARGED:
                charge = self._charges[key] = replace(charge, status=ChargeStatus.REFUNDED)
            return charge

    def balance(self) -> Decimal:
        with self._lock:
            charged = (charge.amount for charge in self._charges.values() if charge.status is ChargeStatus.CHARGED)
            return sum(charged, Decimal("0.00"))
