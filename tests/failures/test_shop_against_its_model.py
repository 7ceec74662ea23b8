"""Carts, stock, checkout and faults in any order: the shop on its real servers does what a plain model does.

Three browsers put things into carts, log in as the same customer and out again, and pay with every kind of card; other
people hold goods, let them go, or forget them; the cache is flushed, and its server is killed and stays away for some
steps. After every step each browser's cart, each row of stock and what the shop shows of it are the model's, and in the
end so are orders and money.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from redis import Redis

from catalog.models import Category
from shop.caching.breaker import CircuitBreaker
from shop.caching.clock import SystemClock
from shop.caching.guarded_store import GuardedStore
from shop.caching.redis_store import RedisStore
from shop.caching.registry import REGISTRY
from shop.embedded.valkey import EmbeddedValkey
from shop.wiring import make_ground, renewing
from tests.failures.faulty_cache import ALL, WITHOUT_CACHE
from tests.failures.shop_machine import ShopAndModel
from tests.repaired import leave_own_ground

FULL = os.environ.get("FULL") == "1"
EXAMPLES = 80 if FULL else 8
STEPS = 50 if FULL else 25
FEWEST_STEPS = 2000 if FULL else 100
FEWEST_WITHOUT_CACHE = 200 if FULL else 1
# Shorter than a step: after a kill the cache is asked again soon, and not left alone until the end.
RECOVERY_S = 0.05

BOUNDS: Final = settings(
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Play = Callable[[settings], Counter[str]]


@contextmanager
def wired(valkey: EmbeddedValkey) -> Iterator[None]:
    """The process's caches stand on this server."""
    breaker = CircuitBreaker(clock=SystemClock(), recovery=RECOVERY_S)
    ground = make_ground(breaker=breaker)
    clients = [renewing(Redis.from_url(valkey.url, socket_timeout=1), ground.keys) for _ in range(2)]
    store = GuardedStore(RedisStore(reads=clients[0], writes=clients[1]), breaker=breaker)
    ground = replace(ground, store=store)
    REGISTRY.wire(lambda: ground)
    try:
        yield
    finally:
        leave_own_ground()
        for client in clients:
            client.close()


@pytest.fixture
def play(own_caches: None, plain_static: None, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Play]:
    """Play shop and model against each other, on servers of their own; the answer is how many steps were made."""
    valkey = private_valkey()
    category = Category.objects.create(name="Pears", slug="pears")
    steps: Counter[str] = Counter()
    told = {"valkey": valkey, "category": category, "steps": steps}
    machine = type("ShopAndModelHere", (ShopAndModel,), told)

    def play(bounds: settings) -> Counter[str]:
        run_state_machine_as_test(machine, settings=bounds)
        return steps

    with wired(valkey):
        yield play


@pytest.mark.timeout(1800 if FULL else 240)
def test_the_shop_does_what_its_model_does(play: Play) -> None:
    steps = play(settings(BOUNDS, max_examples=EXAMPLES))

    assert steps[ALL] >= FEWEST_STEPS, steps
    assert steps[WITHOUT_CACHE] >= FEWEST_WITHOUT_CACHE, steps


@pytest.mark.parametrize(
    "operation", ["shop.caching.write_through.WriteThrough._put", "cart.checkout.concluding.take_out"]
)
def test_control_a_shop_that_leaves_a_step_out_is_found_out(
    play: Play, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation, lambda *told, **more: None)

    with pytest.raises((AssertionError, ExceptionGroup)):
        # Twenty do mostly; it ends with the first that is found out.
        play(settings(BOUNDS, max_examples=200, report_multiple_bugs=False, phases=[Phase.generate]))
