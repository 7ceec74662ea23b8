"""The contract of a server that can be told from its former self: in memory, and on a real one that is killed."""

from collections.abc import Callable, Iterator
from typing import Final, Protocol

import pytest
from redis import Redis

from shop.caching.identity import MemoryServer, Note, Server
from shop.caching.redis_identity import RedisServer
from shop.embedded.valkey import EmbeddedValkey

KEY: Final = "larder:3f9c52d07ab1:note"


class Stage(Protocol):
    server: Server

    def save(self) -> None: ...

    def restart(self) -> None:
        """From what was saved."""


class InMemory:
    def __init__(self) -> None:
        self._memory = MemoryServer()
        self.server: Server = self._memory

    def save(self) -> None:
        self._memory.save()

    def restart(self) -> None:
        self._memory.restart()


class OnValkey:
    def __init__(self, valkey: EmbeddedValkey, client: Redis) -> None:
        self.server: Server = RedisServer(client)
        self._valkey, self._client = valkey, client

    def save(self) -> None:
        self._client.save()

    def restart(self) -> None:
        self._valkey.kill()
        self._valkey.restart()


@pytest.fixture(params=["memory", "redis"])
def stage(request: pytest.FixtureRequest, private_valkey: Callable[..., EmbeddedValkey]) -> Iterator[Stage]:
    if request.param == "memory":
        yield InMemory()
        return
    valkey = private_valkey()
    with Redis.from_url(valkey.url) as client:
        yield OnValkey(valkey, client)


def noted(stage: Stage, at_ms: int) -> Note:
    note = Note(stage.server.identity(), at_ms)
    assert stage.server.write(KEY, note)
    return note


def test_a_server_without_a_note_has_none(stage: Stage) -> None:
    assert stage.server.note(KEY) is None


def test_a_note_is_read_back_and_the_last_one_counts(stage: Stage) -> None:
    noted(stage, 1_732_345_678_901)
    last = noted(stage, 1_732_345_679_151)

    assert stage.server.note(KEY) == last
    assert stage.server.identity() == last.identity


def test_a_server_that_was_restarted_is_another_one_and_remembers_what_was_saved(stage: Stage) -> None:
    saved = noted(stage, 1)
    stage.save()
    noted(stage, 2)

    stage.restart()

    assert stage.server.identity() != saved.identity
    assert stage.server.note(KEY) == saved


def test_another_server_than_the_one_that_is_named_writes_nothing(stage: Stage) -> None:
    before = noted(stage, 1)
    stage.save()
    stage.restart()

    assert not stage.server.write(KEY, Note(before.identity, 2))
    assert stage.server.note(KEY) == before
    assert stage.server.write(KEY, Note(stage.server.identity(), 3))
