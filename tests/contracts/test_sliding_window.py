"""What a sliding-window log promises, on both windows, and that a counter for each minute breaks it."""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from shop.caching.clock import SystemClock
from shop.visitors.rate_limits.memory_window import MemoryWindow
from shop.visitors.rate_limits.redis_window import RedisWindow
from shop.visitors.rate_limits.window import SlidingWindow, Taken
from tests.contracts.windows import FIXED_WINDOW, MS, SECOND, STAGES, Stage, on_redis

THREADS = 8
CALLS = 40
LIMIT = 100


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, redis: Redis) -> Stage:
    return STAGES[request.param](redis)


def test_as_many_are_let_through_as_the_limit_says_and_no_more(stage: Stage) -> None:
    answers = [stage.take() for _ in range(7)]

    assert [answer.let_through for answer in answers] == [True] * 5 + [False] * 2
    assert [answer.left for answer in answers] == [4, 3, 2, 1, 0, 0, 0]


def test_a_call_counts_for_exactly_one_window(stage: Stage) -> None:
    assert stage.let_through(5) == 5

    stage.move(SECOND - 1)
    assert stage.take() == Taken(False, 0, 1)
    stage.move(1)
    assert stage.let_through(6) == 5


def test_calls_leave_one_after_the_other(stage: Stage) -> None:
    for _ in range(5):
        assert stage.let_through(1) == 1
        stage.move(100 * MS)

    stage.move(500 * MS)  # the first was a second ago
    assert stage.let_through(3) == 1
    stage.move(250 * MS)  # the second and the third, too
    assert stage.let_through(3) == 2


def test_what_was_refused_does_not_count(stage: Stage) -> None:
    stage.let_through(5)
    for _ in range(99):
        stage.move(10 * MS)
        assert stage.let_through(1) == 0

    stage.move(10 * MS)

    assert stage.let_through(5) == 5


def test_whoever_waits_as_long_as_told_is_let_in_and_not_before(stage: Stage) -> None:
    stage.let_through(3)
    stage.move(400 * MS)
    stage.let_through(2)
    refused = stage.take()
    assert refused == Taken(False, 0, 600 * MS)

    stage.move(refused.more_in_us - 1)
    assert not stage.take().let_through
    stage.move(1)
    assert stage.take().let_through


def test_an_answer_says_when_there_will_be_one_more(stage: Stage) -> None:
    assert stage.take() == Taken(True, 4, SECOND)
    stage.move(300 * MS)
    assert stage.take() == Taken(True, 3, 700 * MS)

    stage.move(700 * MS)

    assert stage.take() == Taken(True, 3, 300 * MS)


def test_everybody_has_a_window_of_their_own(stage: Stage) -> None:
    assert stage.let_through(9, "ann") == 5
    assert stage.let_through(9, "bob") == 5


def test_many_that_left_at_once_are_no_longer_counted(stage: Stage) -> None:
    stage.limit = 1000
    for _ in range(10):
        stage.let_through(61)
        stage.move(50 * MS)

    for gone in range(1, 11):
        stage.move((510 if gone == 1 else 50) * MS)
        assert stage.take().left == 999 - (10 - gone) * 61 - (gone - 1)


def test_a_limit_that_was_lowered_holds_from_the_next_call_on(stage: Stage) -> None:
    for _ in range(5):
        stage.take()
        stage.move(100 * MS)
    stage.limit = 2

    refused = stage.take()

    assert refused == Taken(False, 0, 800 * MS)  # four of the five must leave
    stage.move(refused.more_in_us)
    assert stage.let_through(2) == 1


def most_at_the_turn_of_a_window(stage: Stage) -> int:
    """How many are let through within 200 ms around the moment in which a counter begins anew."""
    stage.move(900 * MS)
    before = stage.let_through(9)
    stage.move(200 * MS)
    return before + stage.let_through(9)


def test_a_window_may_begin_anywhere(stage: Stage) -> None:
    assert most_at_the_turn_of_a_window(stage) == stage.limit


def test_control_a_counter_for_each_window_lets_twice_as_many_through(redis: Redis) -> None:
    stage = on_redis(redis, script=FIXED_WINDOW)

    assert most_at_the_turn_of_a_window(stage) == 2 * stage.limit


@pytest.fixture(params=["memory", "redis"])
def hurried(request: pytest.FixtureRequest) -> Iterator[SlidingWindow]:
    """On its own clock."""
    if request.param == "memory":
        yield MemoryWindow(clock=SystemClock())
        return
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield RedisWindow(client=client)


def test_however_many_call_at_once_the_limit_is_met_exactly(hurried: SlidingWindow) -> None:
    key = f"contract-{secrets.token_hex(6)}"

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda _: hurried.take(key, limit=LIMIT, window_ms=60_000), range(THREADS * CALLS)))

    assert sum(answer.let_through for answer in answers) == LIMIT
    assert sorted((answer.left for answer in answers if answer.let_through), reverse=True) == list(range(LIMIT))[::-1]
