"""A write-through that is rolled back leaves nothing in the cache, and shows nobody what was never committed."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from django.db.models import F

from catalog.models import Price
from shop.caching.write_through import Outcome
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import Scene
from tests.races.written_prices import CENT, process, put_at_once, raise_by_a_cent, shown

COMMITTED = Decimal("10.00")
Writer = Callable[[Scene, int], Outcome | None]


class TurnedDownError(Exception):
    """The reason to roll back."""


def through_the_cache(scene: Scene, product_id: int) -> Outcome:
    """Two points: write, roll back."""
    point("write")
    with suppress(TurnedDownError), process(scene).writing(product_id) as write:
        Price.objects.filter(pk=product_id).update(amount=F("amount") + CENT)
        point("roll back")
        raise TurnedDownError
    return write.outcome


def inside_an_outer_transaction(scene: Scene, product_id: int) -> Outcome:
    """The block itself goes well; what is around it does not."""
    with suppress(TurnedDownError), transaction.atomic():
        outcome = raise_by_a_cent(process(scene), product_id)
        point("roll back")
        raise TurnedDownError
    return outcome


def put_what_was_computed(scene: Scene, product_id: int) -> None:
    """The control: three points, write, put and roll back."""
    point("write")
    with suppress(TurnedDownError), transaction.atomic():
        Price.objects.filter(pk=product_id).update(amount=F("amount") + CENT)
        put_at_once(scene, product_id)
        point("roll back")
        raise TurnedDownError


def phantoms(stage: Stage, product_id: int, write: Writer, *, steps: int) -> list[tuple[str, ...]]:
    """The orders of a reader and a write that is rolled back in which somebody was shown what was never committed."""
    wrong = []
    for order in interleavings({"writer": steps, "reader": 4}, most=100):
        scene = Scene()
        jobs: dict[str, Callable[[], object]] = {
            "writer": partial(write, scene, product_id),
            "reader": lambda scene=scene: process(scene).get(product_id).value,  # type: ignore[misc]
        }
        results = stage.play(jobs, order)
        assert results["writer"] in (Outcome.PENDING, None)
        if {results["reader"].amount, shown(scene, product_id)} != {COMMITTED}:
            wrong.append(order)
        scene.forget()
    return wrong


@pytest.mark.parametrize("write", [through_the_cache, inside_an_outer_transaction])
def test_a_write_that_is_rolled_back_is_never_shown(stage: Stage, product_id: int, write: Writer) -> None:
    assert phantoms(stage, product_id, write, steps=2) == []


def test_control_a_put_inside_the_transaction_shows_a_phantom(stage: Stage, product_id: int) -> None:
    assert phantoms(stage, product_id, put_what_was_computed, steps=3) != []
