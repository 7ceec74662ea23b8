"""The database has committed, and the cache did not take the put: the change log ends what the cache still shows."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pytest
from django.conf import settings
from django.db import connection

from shop.caching.keys import KeySpace
from shop.caching.store import Put, PutAnswer, StoreError
from shop.caching.write_through import Outcome
from shop.events import subscriptions
from shop.events.apply import replay_log
from shop.events.identity import database_id
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import Scene, SteppedStore
from tests.races.written_prices import committed, process, raise_by_a_cent, shown


class LosingStore(SteppedStore):
    """Every put gets lost."""

    def put(self, puts: Sequence[Put], *, token: str, lease_ms: int, tombstone_ms: int) -> list[PutAnswer]:
        point("put")
        raise StoreError("timed out")


def replay() -> None:
    """What the repair does, at this moment."""
    point("repair")
    assert replay_log()


def stale_orders(
    stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch, *, repaired: bool
) -> list[tuple[str, ...]]:
    """The orders of a reader and of a write whose put is lost after which the shop shows the old price."""
    wrong = []
    steps = {"reader": 4, "writer": 5 if repaired else 3}  # write, load, put, repair, invalidate
    for order in interleavings(steps, most=130):
        scene = Scene(database_id=database_id())
        process(scene).get(product_id)
        writing = process(scene, store=LosingStore(scene.store), ask_repair=replay if repaired else lambda: None)
        subscribed: Callable[[Mapping[int, int]], bool] = writing.invalidate_many
        monkeypatch.setitem(subscriptions._appliers, "price", [subscribed])
        jobs: dict[str, Callable[[], object]] = {
            "writer": partial(raise_by_a_cent, writing, product_id),
            "reader": partial(process(scene).get, product_id),
        }
        results = stage.play(jobs, order)
        assert results["writer"] is Outcome.LOST
        if shown(scene, product_id) != committed(product_id):
            wrong.append(order)
        scene.forget()
    return wrong


def test_a_lost_put_is_repaired_from_the_change_log(
    own_caches: None, stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stale_orders(stage, product_id, monkeypatch, repaired=True) == []


def test_control_without_the_repair_the_old_value_stays(
    own_caches: None, stage: Stage, product_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stale_orders(stage, product_id, monkeypatch, repaired=False) != []


@pytest.mark.parametrize("confirms", [True, False], ids=["asks for the id", "control: keeps the one it knew"])
def test_a_writer_that_has_not_heard_of_a_reset_puts_under_the_new_id(
    own_caches: None, product_id: int, monkeypatch: pytest.MonkeyPatch, confirms: bool
) -> None:
    """1. A reset commits; 2. another process starts and fills under the new id; 3. this one writes."""
    here = Scene(namespace=settings.CACHE_NAMESPACE)
    here.keys = KeySpace(namespace=here.namespace, database_id=database_id)
    writing = process(here)
    writing.get(product_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT larder_reset('restore')")
    elsewhere = Scene(namespace=here.namespace, database_id=database_id())
    process(elsewhere).get(product_id)
    if not confirms:
        monkeypatch.setattr(KeySpace, "confirm", lambda self: None)

    outcome = raise_by_a_cent(writing, product_id)

    assert outcome is Outcome.PUT
    assert (shown(elsewhere, product_id) == committed(product_id)) is confirms
    here.forget()
    elsewhere.forget()
