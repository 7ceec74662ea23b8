"""What a sliding-window log holds: as many moments as its limit, and none soon after its window; on both windows."""

from typing import Final

import pytest
from redis import Redis

from tests.contracts.windows import MS, STAGES, Stage

# A log on Redis goes up to two seconds after its window.
LATER_MS: Final = 2000


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, redis: Redis) -> Stage:
    return STAGES[request.param](redis)


def test_a_key_holds_no_more_moments_than_its_limit_however_often_it_calls(stage: Stage) -> None:
    for _ in range(30):
        stage.let_through(7)
        stage.move(150 * MS)

    assert stage.held_for(0) <= stage.limit


def test_each_key_holds_its_own(stage: Stage) -> None:
    stage.let_through(3, "ann")
    stage.let_through(4, "bob")

    assert stage.held_for(0) == 7


@pytest.mark.parametrize("calls", [1, 5, 9])
def test_nothing_is_held_soon_after_the_last_window(stage: Stage, calls: int) -> None:
    stage.let_through(calls, "ann")
    stage.move(10 * MS)
    stage.let_through(calls, "bob")

    assert stage.held_for(stage.window_ms + LATER_MS) == 0
