"""Whether this process lives, and whether it can serve.

/health/live    200 as long as the process answers at all; asks nobody
/health/ready   200 when the database answers and has all migrations, else 503. A cache that fails makes it
                `degraded`, not unready: every page is still right, only slower. So do changes that have waited for
                longer than 10 s: copies of what they changed may be as old. The task queue is not asked: the shop
                sells without it (`manage.py doctor` asks it).
                With WARM_BEFORE_READY also 503 until the caches have been filled; see docs/warm-starts.md.
"""

from collections.abc import Callable
from typing import Final, TypedDict

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.warming import is_warm
from shop.caching.breaker import BreakerState
from shop.caching.registry import REGISTRY
from shop.caching.store import StoreError
from shop.events.backlog import backlog

RETRY_AFTER_S: Final = "2"
# Changes take a moment, and some seconds while a relay or a consumer is started again.
LONGEST_WAIT_S: Final = 10.0


class Check(TypedDict):
    ok: bool
    detail: str


class MigrationsSeen:
    """Remembers that all migrations were there: they don't go away, and looking costs a walk through every file."""

    complete = False


class WarmthSeen:
    """Remembers that the caches were warm: a process that serves is not taken away when Redis loses what it held."""

    complete = False


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    checks: dict[str, Check] = {"database": _checked(_database)}
    checks["migrations"] = _checked(_migrations) if checks["database"]["ok"] else _fails("the database does not answer")
    checks["changes"] = _checked(_changes) if checks["migrations"]["ok"] else _fails("their log can't be read")
    checks["redis"] = _redis()
    serves = checks["database"]["ok"] and checks["migrations"]["ok"]
    if settings.WARM_BEFORE_READY:
        checks["warm"] = _warm()
    if not serves or not checks.get("warm", _answers())["ok"]:
        detail = "The caches are not warm yet." if serves else "This process can't serve."
        body = {"code": "unready", "detail": detail, "status": "unready", "checks": checks}
        return JsonResponse(body, status=503, headers={"Retry-After": RETRY_AFTER_S})
    is_well = checks["redis"]["ok"] and checks["changes"]["ok"]
    return JsonResponse({"status": "ready" if is_well else "degraded", "checks": checks})


def _checked(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Error:
        return _fails("the database does not answer")


def _database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return _answers()


def _migrations() -> Check:
    if not MigrationsSeen.complete:
        executor = MigrationExecutor(connection)
        if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return _fails(f"{len(missing)} to be applied: run manage.py migrate")
        MigrationsSeen.complete = True
    return Check(ok=True, detail="all applied")


def _changes() -> Check:
    waiting = backlog()
    if waiting.oldest_s > LONGEST_WAIT_S:
        waited = f"{waiting.rows} unfinished, the oldest for {waiting.oldest_s:.0f} s"
        return _fails(f"{waited}: do a relay and a consumer run?")
    return Check(ok=True, detail=f"{waiting.rows} unfinished")


def _redis() -> Check:
    """Asks as a page does, through the breaker, so that a dead server costs this no more than it costs a page."""
    ground = REGISTRY.ground()
    try:
        ground.read([])
    except StoreError as error:
        return _fails(str(error))
    except Error:
        return _fails("the keys can't be known while the database does not answer")
    if ground.breaker.state is not BreakerState.CLOSED:
        return _fails(f"breaker {ground.breaker.state}")
    return _answers()


def _warm() -> Check:
    """A Redis that is away is not waited for: a shop without caches serves as well."""
    try:
        WarmthSeen.complete = WarmthSeen.complete or is_warm()
    except (StoreError, Error):
        return Check(ok=True, detail="can't be known, and is not waited for")
    return Check(ok=True, detail="warm") if WarmthSeen.complete else _fails("waits for manage.py warm_cache")


def _answers() -> Check:
    return Check(ok=True, detail="answers")


def _fails(detail: str) -> Check:
    return Check(ok=False, detail=detail)
