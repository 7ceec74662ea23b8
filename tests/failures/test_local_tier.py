"""A web process keeps copies, and what it is told of changes is late, lost, or cut off.

The copies are kept for a minute here instead of a second, so that it is the trust that ends, and not the copy. The
controls trust whatever happens.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from time import monotonic, sleep

import pytest
from redis import Redis

from catalog.models import Category, Price, Product
from shop.embedded.valkey import EmbeddedValkey
from shop.events.identity import database_id
from tests.failures.web import Reply, Web, running_web, until
from tests.races.ground import Scene

OLD, NEW = "1.50", "1.20"
TRUST_S = 1.0
# The last echo before the silence may have come somewhat earlier, and a request needs its time.
SURELY_TRUSTED_S = 0.5
WATCHED_S = 2.5
PACE_S = 0.02

both = pytest.mark.parametrize("mode", ["on", "blind"], ids=["trust by echo", "control: blind trust"])


class Shop:
    """A web process that has a copy of the price, and another process on the same Redis, which is this one."""

    def __init__(self, web: Web, product: int, valkey: EmbeddedValkey, namespace: str) -> None:
        self._web = web
        self._product = product
        self.redis = Redis.from_url(valkey.url)
        self._elsewhere = Scene(redis=self.redis, namespace=namespace, database_id=database_id()).process()

    @property
    def amount(self) -> str:
        return str(self._look().json["price"]["amount"])

    @property
    def local(self) -> bool:
        members = self._look().headers["cache-status"].split(", ")
        return any(member.startswith("price; hit") and 'detail="local"' in member for member in members)

    def change_price(self) -> None:
        Price.objects.filter(pk=self._product).update(amount=Decimal(NEW))

    def invalidate(self) -> None:
        version = Price.objects.values_list("version", flat=True).get(pk=self._product)
        assert self._elsewhere.invalidate(self._product, version=version)

    def cut(self) -> None:
        assert self.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub") == 1  # type: ignore[no-untyped-call]

    def old_until(self, since: float) -> float:
        """Ask at a steady pace, for a while: when, after `since`, the last request began that was shown the old price;
        0 if none was."""
        last = 0.0
        while (asked := monotonic() - since) < WATCHED_S:
            if self.amount == OLD:
                last = asked
            sleep(PACE_S)
        return last

    def _look(self) -> Reply:
        return self._web.get(f"/api/products/{self._product}")


Opened = Callable[[str], AbstractContextManager[tuple[Shop, EmbeddedValkey]]]


@pytest.fixture
def product(transactional_db: None) -> int:
    category = Category.objects.create(name="Apples", slug="apples")
    made = Product.objects.create(sku="A-1", slug="apple", name="Apple", brand="Orchard", category=category)
    Price.objects.create(product=made, amount=Decimal(OLD), regular_amount=Decimal("2.00"))
    return made.pk


@pytest.fixture
def open_shop(product: int, private_valkey: Callable[..., EmbeddedValkey]) -> Opened:
    @contextmanager
    def opened(mode: str) -> Iterator[tuple[Shop, EmbeddedValkey]]:
        valkey = private_valkey()
        namespace = f"local-{secrets.token_hex(4)}"
        with running_web(redis_url=valkey.url, namespace=namespace, local=mode) as web:
            shop = Shop(web, product, valkey, namespace)
            until(lambda: shop.local, within=10)
            with shop.redis:
                yield shop, valkey

    return opened


def test_a_change_elsewhere_is_seen_here_within_a_second(open_shop: Opened) -> None:
    with open_shop("on") as (shop, _):
        shop.change_price()
        shop.invalidate()
        invalidated = monotonic()

        assert shop.old_until(invalidated) < TRUST_S
        assert shop.local


@both
def test_a_process_whose_redis_is_silent_shows_its_copies_for_a_second_and_recovers_alone(
    open_shop: Opened, mode: str
) -> None:
    with open_shop(mode) as (shop, valkey):
        valkey.pause()
        silent = monotonic()
        shop.change_price()

        began = monotonic() - silent
        old_until = shop.old_until(silent)

        assert (old_until <= TRUST_S) is (mode == "on")
        valkey.resume()
        if mode == "on":
            if began < SURELY_TRUSTED_S:
                assert old_until > 0, "within a second of silence the copies are shown"
            shop.invalidate()
            until(lambda: shop.local, within=10)
            assert shop.amount == NEW


@both
def test_a_message_that_is_lost_while_the_subscription_is_cut_leaves_nothing_old(open_shop: Opened, mode: str) -> None:
    with open_shop(mode) as (shop, _):
        shop.change_price()
        shop.cut()
        shop.invalidate()
        lost = monotonic()

        assert (shop.old_until(lost) <= TRUST_S) is (mode == "on")
        until(lambda: shop.local, within=5)


@both
def test_a_process_that_can_not_subscribe_again_keeps_no_copies_and_recovers_alone(
    open_shop: Opened, mode: str
) -> None:
    with open_shop(mode) as (shop, valkey):
        with valkey._warden() as warden:
            warden.execute_command("ACL", "SETUSER", "default", "-subscribe")
            shop.cut()
            cut = monotonic()
            shop.change_price()
            shop.invalidate()

            assert (shop.old_until(cut) <= TRUST_S) is (mode == "on")
            assert shop.local is (mode == "blind")
            warden.execute_command("ACL", "SETUSER", "default", "+subscribe")
        until(lambda: shop.local, within=5)
        assert shop.amount == (NEW if mode == "on" else OLD)
