"""Visitors with sessions, under a clock that moves when it is told to, on the real servers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from shop.caching.clock import ManualClock
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.visitors import session_uses
from shop.visitors.models import Session
from shop.visitors.session_cache import SESSION_POLICY
from shop.visitors.session_key import SessionKey, new_key
from shop.visitors.session_rows import make_session, save_session
from shop.visitors.session_uses import find_session
from shop.wiring import make_ground

PASSWORD = "larder-and-jam-7"


class FailingStore:
    """Fails what it is told to; everything else is the real one's."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.failing: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in self.failing:
            raise StoreError("lost")
        return getattr(self._store, name)


@dataclass(frozen=True)
class House:
    """The caches of one process: their clock, their store, and how often the change log was asked for."""

    clock: ManualClock
    store: FailingStore
    repairs: list[None]

    def redis_loses(self, *methods: str) -> None:
        self.store.failing = set(methods)


@pytest.fixture
def house(own_caches: None, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(session_uses, "USES_IN_ROWS", session_uses.UsesInRows())
    clock, ground = ManualClock(), make_ground()
    made = House(clock, FailingStore(ground.store), [])
    told = replace(ground, clock=clock, store=made.store, ask_repair=lambda: made.repairs.append(None))
    REGISTRY.wire(lambda: told)
    return made


def customer(name: str = "ann") -> User:
    return User.objects.get_or_create(username=name)[0]


def session_of(user: User | None) -> SessionKey:
    """Of a customer, or of a guest; used just now."""
    key = new_key()
    make_session(key=key, data='{"jam":"plum"}', user_id=None)
    if user is not None:
        save_session(key=key, data='{"jam":"plum"}', user_id=user.pk)
    return key


def lives(key: SessionKey) -> bool:
    """Asking is a use."""
    return find_session(key=key) is not None


def row_of(key: SessionKey) -> Session:
    return Session.objects.get(pk=key.session_id)


def logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def key_of(client: Client) -> SessionKey:
    return SessionKey(client.cookies["sessionid"].value)


def is_logged_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def forget_in_redis(key: SessionKey, *parts: str) -> None:
    """Delete the entry, or what stands beside it: "", ":used"."""
    entry = REGISTRY.ground().keys.entry(SESSION_POLICY, key.session_id)
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        redis.delete(*(f"{entry}{part}" for part in parts or ("", ":used")))


@contextmanager
def statements(*kinds: str) -> Iterator[list[str]]:
    """The SQL that was sent inside and concerns sessions; of these kinds alone, if any are named."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for query in queries.captured_queries:
        sql = query["sql"].strip()
        if "visitors_session" in sql and (not kinds or sql.startswith(kinds)):
            found.append(sql)
