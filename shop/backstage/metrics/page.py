"""GET /metrics: who may read it, and the answer.

It tells nothing of any customer, but how much the shop sells from and what is broken in it is nobody else's business:

    METRICS_TOKEN set     whoever sends it as `Authorization: Bearer ...`, from wherever
    METRICS_TOKEN unset   this machine alone: a peer on a loopback address that no proxy speaks for

A proxy on this machine that names nobody it speaks for looks like this machine: docs/observing.md says what to do.
Invariants: no cache is read, so a scrape is in no figure; four statements; it comes whatever is down; never kept.
Proved by tests/integration/test_metrics_page.py, test_metrics_of_changes.py and test_metrics_access.py.
"""

from hmac import compare_digest
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from shop.backstage.metrics.database import DatabaseCollector
from shop.backstage.metrics.process import ProcessCollector
from shop.backstage.metrics.rate_limits import RateLimitsCollector
from shop.backstage.metrics.views import ViewsCollector

SPEAKS_FOR_SOMEBODY: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")

_registry: Final = CollectorRegistry()
_registry.register(ProcessCollector())
_registry.register(RateLimitsCollector())
_registry.register(ViewsCollector())
_registry.register(DatabaseCollector())


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if settings.METRICS_TOKEN:
        if not _has_token(request.headers.get("Authorization", "")):
            body = {"code": "unauthorized", "detail": "Send the METRICS_TOKEN as a bearer token."}
            return JsonResponse(body, status=401, headers={"WWW-Authenticate": "Bearer"})
    elif not _is_this_machine(request):
        body = {"code": "forbidden", "detail": "Without a METRICS_TOKEN the metrics are for this machine alone."}
        return JsonResponse(body, status=403)
    return HttpResponse(generate_latest(_registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(header: str) -> bool:
    scheme, _, token = header.partition(" ")
    sent, wanted = token.strip().encode(), settings.METRICS_TOKEN.encode()
    return scheme.lower() == "bearer" and compare_digest(sent, wanted)


def _is_this_machine(request: HttpRequest) -> bool:
    if any(name in request.headers for name in SPEAKS_FOR_SOMEBODY):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return peer.is_loopback
