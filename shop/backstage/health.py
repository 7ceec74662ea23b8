"""Whether this process lives, and whether it can serve.

/health/live    200 as long as the process answers at all; asks nobody
/health/ready   200 when the database answers and has all migrations, else 503. A cache that fails makes it
                `degraded`, not unready: every page is still right, only slower. So do changes that have waited for
                longer than 10 s: copies of what they changed may be as old. The task queue is not asked: the shop
                sells without it (`manage.py doctor` asks it).
"""

from collections.abc import Callable
from typing import Final, TypedDict

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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
    if not (checks["database"]["ok"] and checks["migrations"]["ok"]):
        body = {"code": "unready", "detail": "This process can't serve.", "status": "unready", "checks": checks}
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


def _answers() -> Check:
    return Check(ok=True, detail="answers")


def _fails(detail: str) -> Check:
    return Check(ok=False, detail=detail)
