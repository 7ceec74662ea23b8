"""While Redis is away nobody joins a load of their session that began before a logout in another process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest

from shop.caching.entry import Versioned
from shop.caching.registry import REGISTRY
from shop.visitors import session_uses
from shop.visitors.loaders import load_sessions
from shop.visitors.session_cache import SESSION_POLICY
from shop.visitors.session_key import SessionKey
from shop.visitors.snapshots import SessionSnapshot
from shop.wiring import make_ground
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import FailingStore, customer, lives, session_of
from tests.races.actors import Stage, point

# A busy machine may let the late one come too late to join.
TRIES = 5
GONE_WITHIN_S = 20


def load_and_stop(*told: Any, **named: Any) -> dict[int, Versioned[SessionSnapshot]]:
    found = load_sessions(*told, **named)
    point("loaded")
    return found


def ask(key: SessionKey) -> bool:
    point("ask")
    return lives(key)


def log_out_elsewhere(key: SessionKey, gone: Event) -> None:
    """In another process: this one hears of it by Redis alone."""
    point("delete")
    run_sql("DELETE FROM visitors_session WHERE id = %s", key.session_id)
    gone.set()


def ask_after(gone: Event, key: SessionKey) -> bool:
    """However long the logout takes."""
    point("ask")
    assert gone.wait(timeout=GONE_WITHIN_S)
    return lives(key)


@contextmanager
def joining(allowed: bool) -> Iterator[None]:
    before = SESSION_POLICY.joins_unwatched
    object.__setattr__(SESSION_POLICY, "joins_unwatched", allowed)
    try:
        yield
    finally:
        object.__setattr__(SESSION_POLICY, "joins_unwatched", before)


@pytest.mark.parametrize("joins", [SESSION_POLICY.joins_unwatched, True], ids=["as it is", "control: joined"])
def test_whoever_asks_after_a_logout_joins_no_load_from_before_it(
    stage: Stage, own_caches: None, monkeypatch: pytest.MonkeyPatch, joins: bool
) -> None:
    """1. A request loads its session; 2. the customer logs out in another process; 3. a request with the same cookie
    comes; 4. the load of 1 lands."""
    ground = make_ground()
    away = FailingStore(ground.store)
    REGISTRY.wire(lambda: replace(ground, store=away, ask_repair=lambda: None))
    monkeypatch.setattr(session_uses, "load_sessions", load_and_stop)
    late = []
    with joining(joins):
        for _ in range(TRIES):
            away.failing = set()
            key, gone = session_of(customer()), Event()
            away.failing = {"slide", "lease", "fill", "read", "invalidate"}
            jobs: dict[str, Callable[[], Any]] = {
                "early": partial(ask, key),
                "leaver": partial(log_out_elsewhere, key, gone),
                "late": partial(ask_after, gone, key),
            }
            answers = stage.play(jobs, ("early", "leaver", "late", "early", "late"))
            assert answers["early"]
            late.append(answers["late"])

    assert any(late) is joins
