"""While the database can't say which one it is, the id that is known stays in use, and is asked for now and then."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.clock import ManualClock
from shop.caching.keys import ASK_AGAIN_AFTER, DatabaseIdUnknownError, KeySpace
from shop.caching.store import StoreSkippedError

OLD, NEW = "3f9c52d07ab1", "b00000000000"
LONG_S = 10.0


class Database:
    """Says its id while it is there, counts the questions, and lets a test in before it answers."""

    def __init__(self) -> None:
        self.id: str | None = OLD
        self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> str | None:
        self.asked += 1
        answer = self.id
        self.meanwhile()
        return answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def keys(database: Database, clock: ManualClock) -> KeySpace:
    return KeySpace(namespace="larder", database_id=database, clock=clock)


def test_the_known_id_stays_in_use(database: Database, keys: KeySpace) -> None:
    assert keys.base == f"larder:{OLD}"
    database.id = None

    keys.renew()

    assert keys.base == keys.known == f"larder:{OLD}"


def test_it_is_asked_once_a_second_until_it_answers(database: Database, keys: KeySpace, clock: ManualClock) -> None:
    assert keys.base == f"larder:{OLD}"
    database.id, database.asked = None, 0
    keys.renew()

    assert [keys.base for _ in range(3)] == [f"larder:{OLD}"] * 3
    assert database.asked == 1

    clock.advance(ASK_AGAIN_AFTER)
    assert [keys.base for _ in range(3)] == [f"larder:{OLD}"] * 3
    assert database.asked == 2

    database.id = NEW
    assert keys.base == f"larder:{OLD}"
    clock.advance(ASK_AGAIN_AFTER)
    assert [keys.base for _ in range(3)] == [f"larder:{NEW}"] * 3
    assert database.asked == 3


def test_a_renewal_asks_at_once(database: Database, keys: KeySpace) -> None:
    assert keys.base == f"larder:{OLD}"
    database.id = None
    keys.renew()
    assert keys.base == f"larder:{OLD}"

    database.id = NEW
    keys.renew()

    assert keys.base == f"larder:{NEW}"


def test_who_confirms_in_vain_goes_on_with_the_known_id(database: Database, keys: KeySpace) -> None:
    assert keys.base == f"larder:{OLD}"
    database.id = None

    keys.confirm()

    assert keys.base == f"larder:{OLD}"


def test_without_a_known_id_no_key_is_made_and_the_cache_counts_as_skipped(database: Database, keys: KeySpace) -> None:
    database.id = None

    with pytest.raises(DatabaseIdUnknownError) as refused:
        keys.retired()

    assert isinstance(refused.value, StoreSkippedError)
    assert keys.known is None
    database.id = NEW
    assert keys.base == f"larder:{NEW}"


def test_while_one_thread_asks_the_others_go_on_with_the_known_id(database: Database, keys: KeySpace) -> None:
    assert keys.base == f"larder:{OLD}"
    asking, answer = threading.Event(), threading.Event()

    def stall() -> None:
        asking.set()
        answer.wait(LONG_S)

    database.id, database.asked, database.meanwhile = NEW, 0, stall
    keys.renew()
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(lambda: keys.base)
        asking.wait(LONG_S)

        assert keys.base == f"larder:{OLD}"

        answer.set()
        assert asked.result(LONG_S) == f"larder:{NEW}"
    assert database.asked == 1


def test_threads_that_know_no_id_wait_for_the_one_that_asks(database: Database, keys: KeySpace) -> None:
    callers = 32
    at_once = threading.Barrier(callers)

    def ask(_: int) -> str:
        at_once.wait(LONG_S)
        return keys.base

    with ThreadPoolExecutor(callers) as pool:
        bases = list(pool.map(ask, range(callers)))

    assert bases == [f"larder:{OLD}"] * callers
    assert database.asked == 1


def test_a_renewal_while_the_database_is_asked_leads_to_another_question(database: Database, keys: KeySpace) -> None:
    def change() -> None:
        database.id, database.meanwhile = NEW, lambda: None
        keys.renew()

    database.meanwhile = change

    assert keys.base == f"larder:{OLD}"
    assert keys.base == f"larder:{NEW}"
    assert database.asked == 2
