"""GET right after PUT always shows the write, from another process too, under load.

FULL=1 asks 10,000 times in a row.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.conf import settings

from tests.failures.shopper import Shopper
from tests.failures.web import Web, running_web
from tests.goods import Goods

FULL = os.environ.get("FULL") == "1"
TURNS = 10_000 if FULL else 200
SHOPPERS = 4
# People who only look, and keep both processes busy meanwhile.
READERS = 2


@pytest.mark.timeout(1200 if FULL else 180)
def test_a_read_right_after_a_write_shows_it_from_another_process_too(goods: Goods) -> None:
    with (
        running_web(redis_url=os.environ["REDIS_URL"], namespace=settings.CACHE_NAMESPACE) as one,
        running_web(redis_url=os.environ["REDIS_URL"], namespace=settings.CACHE_NAMESPACE) as other,
    ):
        assert missed_writes((one, other), goods, turns=TURNS) == 0


def test_the_control_that_puts_nothing_misses_them(goods: Goods) -> None:
    with running_web(redis_url=os.environ["REDIS_URL"], namespace=settings.CACHE_NAMESPACE, puts=False) as web:
        assert missed_writes((web, web), goods, turns=40) > 0


def missed_writes(webs: tuple[Web, Web], goods: Goods, *, turns: int) -> int:
    """All shoppers at once, each now in this process and now in that one."""
    done = Event()
    with ThreadPoolExecutor(SHOPPERS + READERS) as people:
        readers = [people.submit(look_around, webs[number % 2], goods, done.is_set) for number in range(READERS)]
        try:
            misses = list(people.map(lambda _: shop(webs, goods, turns // SHOPPERS), range(SHOPPERS)))
        finally:
            done.set()
        for reader in readers:
            reader.result()
    return sum(misses)


def shop(webs: tuple[Web, Web], goods: Goods, turns: int) -> int:
    """How often a cart did not show what had just been put into it."""
    shopper, expected, misses = Shopper(), dict[int, int](), 0
    for turn in range(turns):
        writes, reads = webs if turn % 2 else webs[::-1]
        product_id = goods.ids[turn % 3]
        expected[product_id] = 1 + turn % 99
        answered = shopper.put(writes, product_id, expected[product_id])
        misses += answered != expected or shopper.cart(reads) != expected
    shopper.close()
    return misses


def look_around(web: Web, goods: Goods, done: Callable[[], bool]) -> None:
    while not done():
        for product_id in goods.ids:
            if not done():
                assert web.get(f"/api/products/{product_id}").status == 200
