"""Whoever logged out is out, whatever else happens to the session meanwhile, in every order of the steps."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection, transaction

from shop.caching.redis_store import script_text
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.apply import replay_log
from shop.events.fast_path import announced_changes
from shop.visitors.devices import log_out_everywhere
from shop.visitors.models import Session
from shop.visitors.session_engine import SessionStore
from shop.visitors.session_key import SessionKey
from shop.visitors.session_rows import end_session, save_session
from tests.integration.sessions import customer, lives, row_of
from tests.races.actors import Stage, interleavings, point
from tests.races.ground import WITHOUT_FENCE, SteppedStore
from tests.races.sessions import LOG_OUT, READ, Scene, log_out, scene

__all__ = ["scene"]

Job = Callable[[SessionKey], object]
# All of them with FULL=1: 56 of a reader and a logout, 35 of the others.
MOST = 30


def order_that_leaves_it_alive(
    stage: Stage,
    scene: Scene,
    steps: dict[str, int],
    jobs: dict[str, Job],
    *,
    scripts: Callable[[str], str] = script_text,
) -> tuple[str, ...] | None:
    """Play every order, until the customer is logged in somewhere after one of them: that one."""
    for order in interleavings(steps, most=MOST):
        key = scene.begin(scripts)
        stage.play({name: partial(job, key) for name, job in jobs.items()}, order)
        if lives(key) or Session.objects.filter(user=customer()).exists():
            return order
    return None


READER_AND_LOGOUT: dict[str, int] = {"reader": READ, "leaver": LOG_OUT}


def test_a_reader_never_brings_back_a_session_that_was_ended(stage: Stage, scene: Scene) -> None:
    jobs: dict[str, Job] = {"reader": lives, "leaver": log_out}

    assert order_that_leaves_it_alive(stage, scene, READER_AND_LOGOUT, jobs) is None


def test_control_without_the_fence_some_order_brings_it_back(stage: Stage, scene: Scene) -> None:
    jobs: dict[str, Job] = {"reader": lives, "leaver": log_out}

    assert order_that_leaves_it_alive(stage, scene, READER_AND_LOGOUT, jobs, scripts=WITHOUT_FENCE) is not None


class LosingStore(SteppedStore):
    """Whose next invalidation is lost on the way."""

    lost = 0

    def invalidate(self, *told: object, **named: object) -> None:
        if not self.lost:
            self.lost += 1
            raise StoreError("lost")
        self._store.invalidate(*told, **named)  # type: ignore[arg-type]


def unlogged(key: SessionKey) -> None:
    """A table without the triggers of the log."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL larder.changes = 'reset'")
        end_session(key=key)


@pytest.mark.parametrize(
    ("end", "alive"),
    [(lambda key: end_session(key=key), False), (unlogged, True)],
    ids=["from the log", "control: no log"],
)
def test_a_logout_whose_cache_delete_was_lost_takes_effect_once_the_log_is_applied(
    scene: Scene, end: Job, alive: bool
) -> None:
    """1. A session is cached; 2. its customer logs out, the row goes; 3. the cache does not hear of it; 4. whoever has
    the cookie asks again. Between 3 and 4 the log is applied: by the repair, or by a consumer."""
    key = scene.begin()
    assert lives(key)
    ground = REGISTRY.ground()
    losing = LosingStore(ground.store)
    REGISTRY.wire(lambda: replace(ground, store=losing))

    end(key)
    assert not Session.objects.exists()
    assert lives(key), "the cache has not heard of it"

    losing.lost += 1
    assert replay_log()
    assert lives(key) is alive


def test_a_late_or_repeated_message_ends_no_session_that_was_saved_since(scene: Scene) -> None:
    key = scene.begin()
    old = row_of(key).version
    save_session(key=key, data="{}", user_id=customer().pk)
    assert lives(key)

    assert replay_log()

    assert row_of(key).version > old
    assert lives(key)


SAVE = 4  # save, commit, invalidate, slide


def save(key: SessionKey) -> None:
    point("save")
    with announced_changes():
        save_session(key=key, data='{"jam":"cherry"}', user_id=customer().pk)
        point("commit")


def upsert(key: SessionKey) -> None:
    """What a save must not be."""
    point("save")
    with announced_changes():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO visitors_session"
                " (id, digest, data, made_at, last_used_at, expires_at, user_id, user_agent, version)"
                " VALUES (%s, %s, '{}', now(), now(), now() + interval '1 hour', %s, '', 0)"
                " ON CONFLICT (id) DO UPDATE SET data = '{}'",
                [key.session_id, key.digest, customer().pk],
            )
        point("commit")


@pytest.mark.parametrize(("job", "harmless"), [(save, True), (upsert, False)], ids=["a save", "control: an upsert"])
def test_a_save_never_brings_back_a_session_that_was_ended(
    stage: Stage, scene: Scene, job: Job, harmless: bool
) -> None:
    jobs: dict[str, Job] = {"saver": job, "leaver": log_out}

    found = order_that_leaves_it_alive(stage, scene, {"saver": SAVE, "leaver": LOG_OUT}, jobs)

    assert (found is None) is harmless


ROTATE = 4  # rotate, commit, invalidate, slide


def rotate(cycle_key: Callable[[SessionStore], None], store: SessionStore) -> None:
    """As when somebody has just changed the password."""
    point("rotate")
    with announced_changes():
        cycle_key(store)
        point("commit")


def leave_everywhere() -> None:
    point("delete")
    with announced_changes():
        log_out_everywhere(user_id=customer().pk)
        point("commit")


@pytest.mark.parametrize(
    ("cycle_key", "harmless"),
    [(SessionStore.cycle_key, True), (SessionBase.cycle_key, False)],
    ids=["ours", "control: make the new one, delete the old one"],
)
def test_a_rotation_takes_no_session_past_a_logout_everywhere(
    stage: Stage, scene: Scene, cycle_key: Callable[[SessionStore], None], harmless: bool
) -> None:
    found = None
    for order in interleavings({"rotator": ROTATE, "leaver": LOG_OUT}, most=MOST):
        store = SessionStore(scene.begin().text)
        store[SESSION_KEY] = str(customer().pk)
        store.save()
        stage.play({"rotator": partial(rotate, cycle_key, store), "leaver": leave_everywhere}, order)
        if Session.objects.filter(user=customer()).exists():
            found = order
            break

    assert (found is None) is harmless
