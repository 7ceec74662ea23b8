"""What a payment provider promises, kept by the mock with the bank's books and by the one in memory."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from cart.payments import Card, Charge, ChargeStatus, PaymentInDoubtError
from cart.payments.bank_books import BankBooks, InTransactionError
from cart.payments.books import Books
from cart.payments.memory_books import MemoryBooks
from cart.payments.mock_provider import MockProvider
from cart.payments.provider import TIME_LIMIT_S
from shop.database_session import DATABASE_SESSION
from tests.integration.catalog_rows import run_sql
from tests.integration.held_rows import held

PRICE = Decimal("9.60")
GOOD = "4242424242424242"
THREADS = 8
SHORT_S = 0.3


@dataclass
class Bank:
    """A provider, its books, and what it has told by itself."""

    books: Books
    told: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.provider = MockProvider(self.books, notify=self._note)

    def charge(self, key: str = "k", *, card: str = GOOD, amount: Decimal = PRICE) -> Charge:
        return self.provider.charge(key=key, amount=amount, currency="EUR", card=Card(number=card))

    def _note(self, key: str) -> None:
        self.told.append((key, threading.get_ident()))
        connection.close()


@pytest.fixture(params=[BankBooks, MemoryBooks])
def bank(request: pytest.FixtureRequest, transactional_db: None) -> Bank:
    return Bank(request.param())


def test_a_card_is_charged_once_however_often_its_key_comes(bank: Bank) -> None:
    first = bank.charge()
    again = bank.charge()

    assert first.status is ChargeStatus.CHARGED
    assert again == first
    assert bank.provider.find(key="k") == first
    assert bank.books.balance() == PRICE


def test_many_who_come_with_one_key_at_once_pay_once(bank: Bank) -> None:
    gate = threading.Barrier(THREADS)

    def pay(_: int) -> Charge:
        gate.wait()
        try:
            return bank.charge()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        charges = list(pool.map(pay, range(THREADS)))

    assert len({charge.reference for charge in charges}) == 1
    assert bank.books.balance() == PRICE


def test_the_first_answer_stands_whatever_comes_later_with_its_key(bank: Bank) -> None:
    declined = bank.charge(card="4000000000000002")

    assert declined.status is ChargeStatus.DECLINED
    assert bank.charge(amount=Decimal(1)) == declined
    assert bank.books.balance() == 0


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("4000000000000002", "card_declined"),
        ("4000000000000069", "expired_card"),
        ("4000000000009995", "insufficient_funds"),
    ],
)
def test_a_refusal_says_why(bank: Bank, card: str, reason: str) -> None:
    assert bank.charge(card=card).reason == reason


def test_silence_says_nothing_of_the_money(bank: Bank) -> None:
    for key, card in (("charged", "4000000000000119"), ("never", "4000000000000127")):
        with pytest.raises(PaymentInDoubtError):
            bank.charge(key, card=card)

    charged = bank.provider.find(key="charged")
    assert charged is not None
    assert charged.status is ChargeStatus.CHARGED
    assert bank.provider.find(key="never") is None
    assert bank.books.balance() == PRICE


def test_a_key_that_was_cancelled_is_never_charged(bank: Bank) -> None:
    assert bank.provider.cancel(key="k").status is ChargeStatus.CANCELLED

    assert bank.charge().status is ChargeStatus.CANCELLED
    assert bank.provider.cancel(key="k").status is ChargeStatus.CANCELLED
    assert bank.books.balance() == 0


def test_cancelling_what_is_charged_comes_too_late_and_says_so(bank: Bank) -> None:
    charge = bank.charge()

    assert bank.provider.cancel(key="k") == charge
    assert bank.books.balance() == PRICE


def test_cancelling_and_charging_at_once_end_in_one_of_the_two(bank: Bank) -> None:
    for number in range(20):
        gate = threading.Barrier(2)
        steps: list[Any] = [bank.charge, lambda key: bank.provider.cancel(key=key)]

        def run(step: Any, key: str = f"k{number}", gate: threading.Barrier = gate) -> ChargeStatus:
            gate.wait()
            try:
                status: ChargeStatus = step(key).status
                return status
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            charged, cancelled = pool.map(run, steps)

        assert charged is cancelled


def test_a_refund_happens_once(bank: Bank) -> None:
    bank.charge()

    first, again = (bank.provider.refund(key="k") for _ in range(2))

    assert first == again
    assert first.status is ChargeStatus.REFUNDED
    assert bank.books.balance() == 0


def test_what_was_never_charged_is_not_refunded(bank: Bank) -> None:
    bank.charge("declined", card="4000000000000002")

    for key in ("declined", "unknown"):
        with pytest.raises(LookupError):
            bank.provider.refund(key=key)


def test_a_provider_that_answers_twice_does_so_from_another_thread(bank: Bank) -> None:
    charge = bank.charge(card="4000000000000259")
    for thread in threading.enumerate():
        if thread.name.startswith("second answer"):
            thread.join(10)

    assert charge.status is ChargeStatus.CHARGED
    ((key, thread_id),) = bank.told
    assert key == "k"
    assert thread_id != threading.get_ident()


def test_a_card_shows_its_number_to_nobody_who_prints_it() -> None:
    assert GOOD not in repr(Card(number=GOOD))


def test_the_bank_refuses_to_be_asked_inside_a_transaction(transactional_db: None) -> None:
    bank = Bank(BankBooks())

    questions: list[Callable[[], object]] = [
        bank.charge,
        lambda: bank.provider.cancel(key="k"),
        lambda: bank.provider.find(key="k"),
    ]
    for ask in questions:
        with transaction.atomic(), pytest.raises(InTransactionError):
            ask()


def stalled(books: Books) -> AbstractContextManager[object]:
    """Somebody else has the books, and does not let go; the shop's own limits for locks would not end the wait."""
    if isinstance(books, MemoryBooks):
        return books._lock
    return held(lambda: run_sql("LOCK TABLE cart_mockcharge"), patience="0")


QUESTIONS: dict[str, Callable[[Bank], object]] = {
    "charge": Bank.charge,
    "find": lambda bank: bank.provider.find(key="k"),
    "cancel": lambda bank: bank.provider.cancel(key="k"),
    "refund": lambda bank: bank.provider.refund(key="k"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_a_bank_that_stalls_is_asked_is_in_doubt_when_the_time_is_up(
    bank: Bank, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for books in ("bank_books", "memory_books"):
        monkeypatch.setattr(f"cart.payments.{books}.TIME_LIMIT_S", SHORT_S)

    with stalled(bank.books):
        started = time.monotonic()
        with pytest.raises(PaymentInDoubtError):
            QUESTIONS[question](bank)
        took = time.monotonic() - started

    assert SHORT_S <= took < TIME_LIMIT_S
    # The next charge has the whole time again.
    monkeypatch.undo()
    assert bank.charge().status is ChargeStatus.CHARGED


def test_the_time_limit_of_the_bank_is_not_the_shop_s_from_then_on(transactional_db: None) -> None:
    Bank(BankBooks()).charge()

    assert run_sql("SHOW statement_timeout") == [(f"{int(DATABASE_SESSION['statement_timeout']) // 1000}s",)]
