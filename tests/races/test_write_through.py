"""Write-throughs cross each other, fills and deletions: in every order the cache ends with what is committed."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from catalog.models import Price
from shop.caching.redis_store import script_text
from shop.caching.write_through import Outcome
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import WITHOUT_FENCE, Scene
from tests.races.written_prices import (
    STORES_ON_NOTHING,
    WITHOUT_VERSION_CHECK,
    WRITTEN_POLICY,
    WrittenPrices,
    committed,
    process,
    raise_by_a_cent,
    shown,
)

TWO_WRITERS = {"writer 1": 3, "writer 2": 3}  # write, load, put
ON_NOTHING = {"writer 1": 5, "writer 2": 5}  # and load again, and fill
WRITER = {"": {"writer": 5}, "stale": {"writer": 3}}
READER = {"reader": 4}  # read, lease, load, fill


def wrong_orders(
    stage: Stage, product_id: int, *, scripts: Callable[[str], str], steps: dict[str, int], warm: str, most: int = 400
) -> list[tuple[str, ...]]:
    """Play every order; those after which the cache shows something else than the database."""
    wrong = []
    for order in interleavings(steps, most=most):
        scene = Scene(scripts=scripts)
        if warm:
            process(scene).get(product_id)
        if warm == "stale":
            scene.clock.advance(WRITTEN_POLICY.ttl + 1)
        jobs: dict[str, Callable[[], object]] = {}
        for name in steps:
            cache = process(scene)
            writes = "writer" in name
            jobs[name] = partial(raise_by_a_cent, cache, product_id) if writes else partial(cache.get, product_id)
        outcomes = stage.play(jobs, order)
        assert {outcomes[name] for name in steps if "writer" in name} == {Outcome.PUT}
        if shown(scene, product_id) != committed(product_id):
            wrong.append(order)
        scene.forget()
    return wrong


@pytest.mark.parametrize(("steps", "warm"), [(ON_NOTHING, ""), (TWO_WRITERS, "fresh")], ids=["cold", "warm"])
def test_two_write_throughs_may_arrive_in_reverse(
    stage: Stage, product_id: int, steps: dict[str, int], warm: str
) -> None:
    assert wrong_orders(stage, product_id, scripts=script_text, steps=steps, warm=warm) == []


def test_control_without_the_version_check_the_older_write_wins(stage: Stage, product_id: int) -> None:
    assert wrong_orders(stage, product_id, scripts=WITHOUT_VERSION_CHECK, steps=TWO_WRITERS, warm="fresh") != []


@pytest.mark.parametrize("warm", ["", "stale"], ids=["a miss", "a refresh"])
def test_a_fill_that_crosses_a_write_through_never_undoes_it(stage: Stage, product_id: int, warm: str) -> None:
    assert wrong_orders(stage, product_id, scripts=script_text, steps=WRITER[warm] | READER, warm=warm) == []


@pytest.mark.parametrize("warm", ["", "stale"], ids=["a miss", "a refresh"])
def test_control_without_the_fence_a_fill_undoes_a_write_through(stage: Stage, product_id: int, warm: str) -> None:
    assert wrong_orders(stage, product_id, scripts=WITHOUT_FENCE, steps=WRITER[warm] | READER, warm=warm) != []


@pytest.mark.timeout(1500)  # all 4,200 orders at full size
def test_two_writers_and_a_reader_end_with_what_is_committed(stage: Stage, product_id: int) -> None:
    assert wrong_orders(stage, product_id, scripts=script_text, steps=TWO_WRITERS | READER, warm="", most=120) == []


def delete(cache: WrittenPrices, product_id: int) -> None:
    """Delete the row, and apply what the log says of it: a version above all that the row ever had."""
    point("write")
    Price.objects.filter(pk=product_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('larder_version')")
        (version,) = cursor.fetchone()
    cache.invalidate(product_id, version=version)


def resurrected(stage: Stage, product_id: int, scripts: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The orders of a write-through and a deletion after which the shop shows a row that is gone."""
    wrong = []
    for order in interleavings({"writer": 3, "deleter": 2}, most=100):
        scene = Scene(scripts=scripts)
        Price.objects.update_or_create(pk=product_id, defaults={"amount": 10, "regular_amount": 99})
        jobs: dict[str, Callable[[], object]] = {
            "writer": partial(raise_by_a_cent, process(scene), product_id),
            "deleter": partial(delete, process(scene), product_id),
        }
        stage.play(jobs, order)
        if shown(scene, product_id) is not None:
            wrong.append(order)
        scene.forget()
    return wrong


def test_a_put_that_arrives_after_its_row_was_deleted_is_refused(stage: Stage, product_id: int) -> None:
    assert resurrected(stage, product_id, script_text) == []


def test_control_without_the_version_check_a_deleted_row_comes_back(stage: Stage, product_id: int) -> None:
    assert resurrected(stage, product_id, WITHOUT_VERSION_CHECK) != []


def evict(scene: Scene, product_id: int) -> None:
    point("evict")
    scene.evict(product_id)


def outrun(stage: Stage, product_id: int, scripts: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The orders of two writers and an eviction after which the cache shows something else than the database."""
    wrong = []
    for order in interleavings(ON_NOTHING | {"evictor": 1}, most=200):
        scene = Scene(scripts=scripts)
        jobs: dict[str, Callable[[], object]] = {
            "writer 1": partial(raise_by_a_cent, process(scene), product_id),
            "writer 2": partial(raise_by_a_cent, process(scene), product_id),
            "evictor": partial(evict, scene, product_id),
        }
        outcomes = stage.play(jobs, order)
        assert {outcomes["writer 1"], outcomes["writer 2"]} == {Outcome.PUT}
        if shown(scene, product_id) != committed(product_id):
            wrong.append(order)
        scene.forget()
    return wrong


def test_a_put_that_finds_its_newer_rival_evicted_does_not_win(stage: Stage, product_id: int) -> None:
    """1. A reads v1 again; 2. B commits v2 and puts it; 3. v2 is evicted; 4. A puts v1, which nothing refuses."""
    assert outrun(stage, product_id, script_text) == []


def test_control_who_stores_on_nothing_wins_over_an_evicted_rival(stage: Stage, product_id: int) -> None:
    assert outrun(stage, product_id, STORES_ON_NOTHING) != []
