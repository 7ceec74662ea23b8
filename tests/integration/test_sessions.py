"""How long sessions live, and what a request pays for its own: to the second, by a clock of the test's."""

from datetime import timedelta

import pytest

from shop.caching.registry import REGISTRY
from shop.visitors.models import Session
from shop.visitors.session_key import SessionKey, new_key
from shop.visitors.session_times import GUEST_IDLE, IDLE, moment
from shop.visitors.session_uses import find_session
from tests.integration.sessions import House, customer, forget_in_redis, house, lives, row_of, session_of, statements

__all__ = ["house"]

MINUTE = 60.0


def now() -> object:
    return moment(REGISTRY.ground().now_ms)


@pytest.mark.parametrize(("idle", "alive"), [(IDLE - 1, True), (IDLE, True), (IDLE + 0.001, False), (IDLE + 1, False)])
def test_a_customer_s_session_ends_half_an_hour_after_its_last_use_to_the_second(
    house: House, idle: float, alive: bool
) -> None:
    key = session_of(customer())
    house.clock.advance(100)
    assert lives(key)

    house.clock.advance(idle)

    assert lives(key) is alive
    assert lives(key) is alive, "asking again makes nothing young"


def test_it_slides_from_use_to_use_for_as_long_as_it_is_used(house: House) -> None:
    key = session_of(customer())

    for pause in (IDLE, 1, IDLE - 1, IDLE / 2, IDLE, 29 * MINUTE, IDLE):
        house.clock.advance(pause)
        assert lives(key)

    house.clock.advance(IDLE + 1)
    assert not lives(key)


def test_a_use_between_two_notes_of_the_row_counts_to_the_second(house: House) -> None:
    key = session_of(customer())
    house.clock.advance(45)
    assert lives(key)
    assert row_of(key).last_used_at == moment(REGISTRY.ground().now_ms - 45_000)

    house.clock.advance(IDLE)
    assert lives(key)


def test_once_it_is_over_nothing_brings_it_back(house: House) -> None:
    """Not what Redis keeps of it, and not that Redis then forgets its use."""
    key = session_of(customer())
    house.clock.advance(IDLE + 1)
    assert not lives(key)

    forget_in_redis(key, ":used")
    assert not lives(key)
    house.clock.advance(MINUTE)
    forget_in_redis(key)
    assert not lives(key)


@pytest.mark.parametrize(("idle", "alive"), [(GUEST_IDLE - MINUTE, True), (GUEST_IDLE + 3 * MINUTE, False)])
def test_a_guest_s_session_lives_as_long_as_the_cart_s_row(house: House, idle: float, alive: bool) -> None:
    key = session_of(None)

    house.clock.advance(idle)

    assert lives(key) is alive


def test_a_warm_session_costs_no_sql(house: House) -> None:
    key = session_of(customer())
    assert lives(key)

    for _ in range(5):
        house.clock.advance(10)
        with statements() as sent:
            assert lives(key)
        assert sent == []


def test_its_row_notes_a_use_once_a_minute(house: House) -> None:
    key = session_of(customer())
    made_at = row_of(key).last_used_at
    assert lives(key)

    with statements("UPDATE") as sent:
        for _ in range(6 * 10):
            house.clock.advance(10)
            assert lives(key)

    assert len(sent) == 10
    assert row_of(key).last_used_at == made_at + timedelta(minutes=10)
    assert row_of(key).expires_at == made_at + timedelta(minutes=10, seconds=IDLE + MINUTE)


def test_being_used_changes_no_version(house: House) -> None:
    key = session_of(customer())
    version = row_of(key).version

    house.clock.advance(MINUTE)
    assert lives(key)

    assert row_of(key).last_used_at == now()
    assert row_of(key).version == version


def test_an_unknown_key_leaves_no_use_behind_and_costs_one_query(house: House) -> None:
    key = new_key()
    with statements() as sent:
        assert not lives(key)
        assert not lives(key)
    assert len(sent) == 1

    Session(
        id=key.session_id,
        digest=key.digest,
        data="{}",
        made_at=moment(0),
        last_used_at=moment(0),
        expires_at=moment(0),
    ).save(force_insert=True)
    assert not lives(key), "and one that has run out is none"


def test_two_keys_of_one_id_are_told_apart(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = session_of(customer())
    other = new_key()
    monkeypatch.setattr(SessionKey, "session_id", key.session_id)

    assert lives(key)
    assert find_session(key=other) is None
