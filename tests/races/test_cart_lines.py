"""Cart lines are read, another line commits, the cart's version is taken: a wrong cart with a right version.

1. the first tab has added plums, and reads the lines again to put them into the cache: plums
2. the second tab adds cherries, and puts plums and cherries, under version 8
3. the first tab reads the version: 8
4. it puts plums under version 8: equal to what is there, so the fence lets it pass

Here the loader reads both by one statement, and step 4 puts plums under 7, which the fence refuses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from cart.cart_cache import CART_CACHE
from cart.loaders import load_carts
from cart.models import Cart
from cart.operations import add, create_cart
from cart.snapshots import CartSnapshot
from shop.caching.entry import Versioned
from shop.caching.registry import REGISTRY
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.carts import rows_of
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import SteppedStore

Loaded = Mapping[int, Versioned[CartSnapshot]]


def by_one_statement(ids: Sequence[int]) -> Loaded:
    point("load")
    loaded = load_carts(ids)
    point("loaded")
    return loaded


def by_two_statements(ids: Sequence[int]) -> Loaded:
    """The mistake."""
    point("load")
    loaded = load_carts(ids)
    point("loaded the lines")
    versions = dict(Cart.objects.filter(pk__in=ids).values_list("id", "version"))
    return {cart_id: Versioned(versions[cart_id], row.value) for cart_id, row in loaded.items()}


@pytest.mark.parametrize(
    ("load", "right"),
    [(by_one_statement, True), (by_two_statements, False)],
    ids=["by one statement", "control: by two statements"],
)
def test_lines_are_never_cached_under_the_version_of_another_moment(
    goods: Goods, stage: Stage, monkeypatch: pytest.MonkeyPatch, load: Callable[[Sequence[int]], Loaded], right: bool
) -> None:
    ground = make_ground()
    REGISTRY.wire(lambda: replace(ground, store=SteppedStore(ground.store)))
    monkeypatch.setattr(CART_CACHE, "_load", load)
    wrong = 0

    def tab(cart_id: int, product_id: int) -> None:
        point("begin")
        add(cart_id=cart_id, product_id=product_id, quantity=1)

    for order in interleavings({"one": 4, "other": 4}, most=70):
        cart_id = create_cart()
        stage.play(
            {
                "one": lambda: tab(cart_id, goods.ids[0]),  # noqa: B023
                "other": lambda: tab(cart_id, goods.ids[1]),  # noqa: B023
            },
            order,
        )
        cached = CART_CACHE.get(cart_id).value
        assert cached is not None
        assert len(rows_of(cart_id)) == 2
        wrong += len(cached.lines) != 2

    assert (wrong == 0) is right
