"""Whatever becomes of Valkey, nobody is logged out by it, and who logged out is out, in every process."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from shop.embedded.valkey import EmbeddedValkey
from shop.visitors.models import Session
from tests.failures.test_cart_outages import FAULTS, flush
from tests.failures.visitor import Visitor
from tests.failures.web import Web, running_web, until
from tests.goods import Goods
from tests.integration.sessions import customer

NAMESPACE = "sessions"
FULL = os.environ.get("FULL") == "1"
# Of an end that the cache did not take, once it is back.
BOUND_S = 3.0 if FULL else 8.0


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey]) -> EmbeddedValkey:
    return private_valkey(persistent=True)


@pytest.fixture
def webs(goods: Goods, valkey: EmbeddedValkey) -> Iterator[list[Web]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(running_web(redis_url=valkey.url, namespace=NAMESPACE, recovery=0.5)) for _ in range(2)
        ]


@pytest.mark.parametrize("fault", ["flushed", "stopped with SIGSTOP", "killed with -9"])
def test_nobody_is_logged_out_by_an_outage_and_whoever_logs_out_during_it_is_out(
    webs: list[Web], valkey: EmbeddedValkey, fault: str
) -> None:
    breaks, mends = FAULTS[fault]
    ann, bob = Visitor(customer("ann")), Visitor(customer("bob"))
    assert all(visitor.is_logged_in(web) for visitor in (ann, bob) for web in webs)

    breaks(valkey)
    assert all(ann.is_logged_in(web) for web in webs for _ in range(3))
    bob.log_out_everywhere(webs[0])
    assert not any(bob.is_logged_in(web) for web in webs)

    mends(valkey)
    assert all(ann.is_logged_in(web) for web in webs for _ in range(3))
    # Valkey may have come back with what it held; the writer repairs that.
    until(lambda: not any(bob.is_logged_in(web) for web in webs), within=BOUND_S)
    (row,) = Session.objects.all()
    assert row.user == customer("ann")

    row.delete()
    flush(valkey)
    assert not any(ann.is_logged_in(web) for web in webs), "control: it was the row that kept her"


def test_a_logout_everywhere_takes_effect_at_the_next_request_in_every_process(
    webs: list[Web], valkey: EmbeddedValkey
) -> None:
    for turn in range(10):
        browsers = [Visitor(customer("ann")) for _ in range(3)]
        assert all(browser.is_logged_in(web) for browser in browsers for web in webs)

        browsers[0].log_out_everywhere(webs[turn % 2])

        assert not any(browser.is_logged_in(web) for web in webs for browser in browsers)
