"""Whatever calls come at whatever moments, both windows answer as a plain list of moments does; on Redis also when the
server's clock is set back."""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from shop.visitors.rate_limits.window import Taken
from tests.contracts.windows import FIXED_WINDOW, NO_SETTING_BACK, STAGES, Stage, on_redis

WINDOW_US: Final = 1_000_000
moments = st.one_of(
    st.just(0), st.integers(1, 3), st.integers(1, WINDOW_US // 4), st.integers(WINDOW_US - 2, WINDOW_US + 2)
)
steps_back = st.one_of(st.integers(-5, -1), st.integers(-10 * WINDOW_US, -WINDOW_US))
calls = st.lists(st.tuples(moments, st.integers(1, 4)), min_size=1, max_size=40)
calls_and_steps_back = st.lists(st.tuples(st.one_of(moments, moments, steps_back), st.integers(1, 4)), max_size=40)
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Model:
    """All moments at which one was let through. If they lie in the future, since the clock was set back, they move so
    that the newest is of this moment."""

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self.through: list[int] = []

    def take(self, now: int) -> Taken:
        ahead = max(0, self.through[-1] - now) if self.through else 0
        self.through = [moment - ahead for moment in self.through]
        inside = [moment for moment in self.through if moment > now - WINDOW_US]
        if len(inside) >= self.limit:
            return Taken(False, 0, inside[-self.limit] + WINDOW_US - now)
        self.through.append(now)
        return Taken(True, self.limit - len(inside) - 1, (inside or [now])[0] + WINDOW_US - now)


def follow(stage: Stage, steps: list[tuple[int, int]], limit: int) -> None:
    """At each step time goes on, or the clock is set back, and there are calls. The stage answers as the model does;
    in no true window are there more than the limit; after a quiet one there are as many."""
    stage.limit, model = limit, Model(limit=limit)
    true_time, truly_through = 0, list[int]()
    for moment, count in [*steps, (WINDOW_US, limit)]:
        stage.move(moment)
        true_time += max(0, moment)
        for _ in range(count):
            expected = model.take(stage.now)
            assert stage.take() == expected
            truly_through += [true_time] * expected.let_through
        assert most_in_a_window(truly_through) <= limit
    assert truly_through[-limit:] == [true_time] * limit


def most_in_a_window(moments: list[int]) -> int:
    return max((sum(start <= each < start + WINDOW_US for each in moments) for start in moments), default=0)


@pytest.mark.parametrize("make", STAGES.values(), ids=STAGES)
@some
@given(steps=calls, limit=st.integers(1, 7))
def test_a_window_answers_as_the_model_does(
    make: Callable[[Redis], Stage], redis: Redis, steps: list[tuple[int, int]], limit: int
) -> None:
    follow(make(redis), steps, limit)


@some
@given(steps=calls_and_steps_back, limit=st.integers(1, 7))
def test_a_servers_clock_may_be_set_back(redis: Redis, steps: list[tuple[int, int]], limit: int) -> None:
    follow(on_redis(redis), steps, limit)


@pytest.mark.parametrize(
    ("script", "steps"),
    [
        (FIXED_WINDOW, [(900_000, 4), (200_000, 4)]),
        (NO_SETTING_BACK, [(0, 4), (-5 * WINDOW_US, 4), (WINDOW_US, 1)]),
    ],
    ids=["a counter for each window", "a log that lies in the future"],
)
def test_control_the_model_finds(redis: Redis, script: str, steps: list[tuple[int, int]]) -> None:
    with pytest.raises(AssertionError):
        follow(on_redis(redis, script=script), steps, 4)
