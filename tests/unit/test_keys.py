"""Every Redis key: its parts, and what happens to it when the database's id changes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shop.caching.keys import KeySpace, lease_of
from shop.caching.policy import Pattern, Policy

JAM = Policy(name="jam", pattern=Pattern.CACHE_ASIDE, schema=1, ttl=300)


class Database:
    """Stands for the database that is asked for its id."""

    def __init__(self) -> None:
        self.id = "3f9c52d07ab1"
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.id


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def keys(database: Database) -> KeySpace:
    return KeySpace(namespace="larder", database_id=database)


def test_a_key_names_namespace_database_cache_schema_and_row(keys: KeySpace) -> None:
    assert keys.entries(JAM, [7, 8]) == ["larder:3f9c52d07ab1:jam:1:{7}", "larder:3f9c52d07ab1:jam:1:{8}"]


def test_a_lease_stands_beside_its_entry_in_the_same_slot(keys: KeySpace) -> None:
    (entry,) = keys.entries(JAM, [7])

    assert lease_of(entry) == "larder:3f9c52d07ab1:jam:1:{7}:lease"


def test_a_new_schema_version_has_other_keys(keys: KeySpace) -> None:
    assert keys.entries(JAM, [7]) != keys.entries(replace(JAM, schema=2), [7])


def test_two_namespaces_and_two_databases_never_meet(database: Database, keys: KeySpace) -> None:
    other_shop = KeySpace(namespace="pantry", database_id=database)
    other_database = KeySpace(namespace="larder", database_id=lambda: "000000000000")

    spaces = (keys, other_shop, other_database)
    assert len({space.entries(JAM, [7])[0] for space in spaces}) == 3
    assert len({space.retired() for space in spaces}) == 3


def test_the_database_is_asked_for_its_id_once_and_only_when_a_key_is_needed(
    database: Database, keys: KeySpace
) -> None:
    assert database.asked == 0

    keys.entries(JAM, [7])
    keys.entries(JAM, [8])
    keys.retired()

    assert database.asked == 1


def test_after_a_renewal_the_database_is_asked_again(database: Database, keys: KeySpace) -> None:
    keys.entries(JAM, [7])
    database.id = "b00000000000"

    keys.renew()

    assert keys.entries(JAM, [7]) == ["larder:b00000000000:jam:1:{7}"]


def test_a_key_space_follows_the_id_that_somebody_has_just_read(database: Database, keys: KeySpace) -> None:
    keys.entries(JAM, [7])

    keys.follow("b00000000000")

    assert keys.entries(JAM, [7]) == ["larder:b00000000000:jam:1:{7}"]
    assert keys.retired() == "larder:b00000000000:retired"
    assert database.asked == 1


def test_a_key_space_that_confirms_asks_the_database_at_once(database: Database, keys: KeySpace) -> None:
    keys.entries(JAM, [7])
    database.id = "b00000000000"

    keys.confirm()

    assert database.asked == 2
    assert keys.entries(JAM, [7]) == ["larder:b00000000000:jam:1:{7}"]
    assert database.asked == 2


def test_the_marker_of_any_database_id_can_be_named(keys: KeySpace) -> None:
    assert keys.retired() == "larder:3f9c52d07ab1:retired"
    assert keys.retired("dead00000000") == "larder:dead00000000:retired"


def test_a_database_that_can_not_be_asked_is_asked_again_at_the_next_key() -> None:
    answers: Iterator[OSError | str] = iter([OSError("gone"), "3f9c52d07ab1"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    keys = KeySpace(namespace="larder", database_id=ask)

    with pytest.raises(OSError, match="gone"):
        keys.retired()
    assert keys.retired() == "larder:3f9c52d07ab1:retired"
