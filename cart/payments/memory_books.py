"""Books in memory: the fake for tests that need no database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from cart.payments.provider import TIME_LIMIT_S, Charge, ChargeStatus, PaymentInDoubtError


class MemoryBooks:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._charges: dict[str, Charge] = {}

    def open(self, charge: Charge, *, last4: str) -> Charge:
        with self._at_the_desk():
            return self._charges.setdefault(charge.key, charge)

    def find(self, *, key: str) -> Charge | None:
        with self._at_the_desk():
            return self._charges.get(key)

    def refund(self, *, key: str) -> Charge | None:
        with self._at_the_desk():
            charge = self._charges.get(key)
            if charge is not None and charge.status is ChargeStatus.CHARGED:
                charge = self._charges[key] = replace(charge, status=ChargeStatus.REFUNDED)
            return charge

    def balance(self) -> Decimal:
        with self._at_the_desk():
            charged = (charge.amount for charge in self._charges.values() if charge.status is ChargeStatus.CHARGED)
            return sum(charged, Decimal("0.00"))

    @contextmanager
    def _at_the_desk(self) -> Iterator[None]:
        """One at a time, and nobody queues for longer than the time limit."""
        if not self._lock.acquire(timeout=TIME_LIMIT_S):
            raise PaymentInDoubtError("the provider did not answer in time")
        try:
            yield
        finally:
            self._lock.release()
