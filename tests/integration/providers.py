"""The shop's payment provider with a gate in front of it, and a line that can be cut."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal

import pytest

from cart.payments import TILL, Card, Charge, PaymentInDoubtError, PaymentProvider
from tests.goods import Goods

LIMIT_S = 20.0


class GatedProvider:
    """`before` and `after` the charge it waits until the gate is open; without a line nobody gets an answer."""

    def __init__(self, provider: PaymentProvider) -> None:
        self._provider = provider
        self.before, self.after, self.asked = threading.Event(), threading.Event(), threading.Event()
        self.before.set()
        self.after.set()
        self.has_line = True
        self.charges = 0

    def charge(self, *, key: str, amount: Decimal, currency: str, card: Card) -> Charge:
        self.asked.set()
        assert self.before.wait(LIMIT_S)
        self.charges += 1
        charge = self._provider.charge(key=key, amount=amount, currency=currency, card=card)
        assert self.after.wait(LIMIT_S)
        return charge

    def find(self, *, key: str) -> Charge | None:
        self._check_line()
        return self._provider.find(key=key)

    def cancel(self, *, key: str) -> Charge:
        self._check_line()
        return self._provider.cancel(key=key)

    def refund(self, *, key: str) -> Charge:
        self._check_line()
        return self._provider.refund(key=key)

    def _check_line(self) -> None:
        if not self.has_line:
            raise PaymentInDoubtError("the line is cut")


@contextmanager
def gated_provider() -> Iterator[GatedProvider]:
    """Put a gate in front of the shop's provider for a while."""
    own = TILL.provider
    gated = GatedProvider(own)
    TILL.put_in(gated)
    try:
        yield gated
    finally:
        gated.before.set()
        gated.after.set()
        TILL.put_in(own)


def join_answers() -> None:
    """Wait until the provider has said what it had to say from other threads."""
    for thread in threading.enumerate():
        if thread.name.startswith("second answer"):
            thread.join(LIMIT_S)


@pytest.fixture
def provider(goods: Goods) -> Iterator[GatedProvider]:
    with gated_provider() as gated:
        yield gated


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor
