"""A thread that a process needs ends the process when it ends by an error, and the consumer's witness is one."""

import signal
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

from shop.events.companion import Companion
from shop.events.witness import Witness
from shop.stop import Stop

ENDS_S = 10.0

# Its traceback is what the interpreter says of it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class DefectError(Exception):
    pass


def breaks(*args: object) -> None:
    raise DefectError


def returns(stop: Stop) -> None:
    """Before it is told to."""


def waits(stop: Stop) -> None:
    stop.wait(ENDS_S)


@pytest.mark.parametrize("run", [breaks, returns])
def test_one_that_ends_before_it_is_told_to_ends_the_others(run: object) -> None:
    stop = Stop()
    companion = Companion(run, name="companion", stop=stop)  # type: ignore[arg-type]

    companion.start()

    assert stop.wait(ENDS_S)
    companion.join(timeout_s=ENDS_S)
    assert companion.failed


def test_one_that_ends_when_it_is_told_to_has_not_failed() -> None:
    stop = Stop()
    companion = Companion(waits, name="companion", stop=stop)

    companion.start()
    stop.set()
    companion.join(timeout_s=ENDS_S)

    assert not companion.failed


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The command puts handlers of its own in their place."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.kafka
@pytest.mark.usefixtures("own_signals")
def test_a_consumer_does_not_go_on_without_its_witness(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Witness, "look", breaks)

    with pytest.raises(CommandError, match="witness"):
        call_command("consume_product_updates")
