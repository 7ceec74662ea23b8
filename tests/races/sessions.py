"""A session in a race: the shop's own code on the real Valkey and PostgreSQL, with a point before each step."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from shop.caching.entry import Versioned
from shop.caching.keys import KeySpace
from shop.caching.redis_store import RedisStore, script_text
from shop.caching.registry import REGISTRY
from shop.events.fast_path import announced_changes
from shop.events.identity import database_id
from shop.visitors import session_uses
from shop.visitors.loaders import load_sessions
from shop.visitors.session_key import SessionKey
from shop.visitors.session_rows import end_session
from shop.visitors.snapshots import SessionSnapshot
from shop.wiring import make_ground
from tests.integration.sessions import customer, session_of
from tests.races.actors import point
from tests.races.ground import SteppedStore
from tests.repaired import leave_own_ground

# The points of each actor.
READ = 5  # slide, lease, load, fill, slide: the use is noted
LOG_OUT = 3  # delete, commit, invalidate


def stepped_load(*told: Any, **named: Any) -> dict[int, Versioned[SessionSnapshot]]:
    point("load")
    return load_sessions(*told, **named)


class Scene:
    """`begin` gives a session of a customer, under keys that no other order of the steps has touched."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ground = make_ground()
        self._redis = Redis.from_url(os.environ["REDIS_URL"])
        monkeypatch.setattr(session_uses, "load_sessions", stepped_load)

    def begin(self, scripts: Callable[[str], str] = script_text) -> SessionKey:
        store = RedisStore(reads=self._redis, writes=self._redis, text_of=scripts)
        keys = KeySpace(namespace=f"race-{secrets.token_hex(6)}", database_id=database_id)
        ground = replace(self._ground, store=SteppedStore(store), keys=keys, ask_repair=lambda: None)
        REGISTRY.wire(lambda: ground)
        return session_of(customer())

    def close(self) -> None:
        leave_own_ground()
        self._redis.close()


@pytest.fixture
def scene(own_caches: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    made = Scene(monkeypatch)
    yield made
    made.close()


def log_out(key: SessionKey) -> None:
    point("delete")
    with announced_changes():
        end_session(key=key)
        point("commit")
