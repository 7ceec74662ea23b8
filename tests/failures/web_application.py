"""What the web server of tests/failures/web.py imports: the shop as it is, but for nine things that tests turn.

WEB_RECOVERY   seconds until an open breaker lets a probe through, instead of 30
WEB_THRESHOLD  after how many failures in a row the breaker opens, instead of 5
WEB_GATE       how many loads run at once
WEB_REPAIR     "off", for a control: lost invalidations are not repaired
WEB_PUTS       "off", for a control: what is written into a cart is not put into the cache
WEB_LOCAL      "on": it keeps copies, for a minute instead of a second, so that the time can be told in which it trusts
               them; "blind", for a control: the same, and it trusts them whatever happens to its subscription
WEB_LINGER     seconds for which views wait in the process before they are sent, instead of 0
WEB_WAKES      "off", for a control: a signal that another thread than the main one takes wakes nobody
WEB_DIES_AT    a point of cart/checkout/sync_points.py, at which the process kills itself with -9
"""

import os
import signal

from shop.wsgi import application  # the first import, since it sets Django up

from analytics.view_buffer import VIEW_BUFFER  # isort: skip
from cart.cart_cache import CART_CACHE  # isort: skip
from cart.checkout import sync_points  # isort: skip
from shop.caching.breaker import CircuitBreaker  # isort: skip
from shop.caching.clock import SystemClock  # isort: skip
from shop.caching.load_gate import LoadGate  # isort: skip
from shop.caching.local_tier import LocalTier  # isort: skip
from shop.caching.registry import REGISTRY  # isort: skip
from shop.events.repair import REPAIR  # isort: skip
from shop import wiring  # isort: skip
from shop.wiring import make_ground  # isort: skip

__all__ = ["application"]

breaker = CircuitBreaker(
    clock=SystemClock(), threshold=int(os.environ["WEB_THRESHOLD"]), recovery=float(os.environ["WEB_RECOVERY"])
)
gate = LoadGate(limit=int(os.environ["WEB_GATE"]))


class BlindTier(LocalTier):
    def trust(self, *, until: float) -> None:
        super().trust(until=float("inf"))

    def distrust(self) -> None:
        pass

    def empty(self) -> None:
        pass


local = os.environ["WEB_LOCAL"]
if local == "blind":
    vars(wiring)["LocalTier"] = BlindTier
REGISTRY.wire(lambda: make_ground(breaker=breaker, gate=gate, local=local != "off"))
if local != "off":
    for policy in REGISTRY.policies():
        if policy.local_ttl:
            object.__setattr__(policy, "local_ttl", 60.0)
if os.environ["WEB_REPAIR"] == "off":
    REPAIR.ask = lambda: None  # type: ignore[method-assign]
if os.environ["WEB_PUTS"] == "off":
    CART_CACHE._put = lambda write: None  # type: ignore[method-assign]
VIEW_BUFFER._recorder._linger = float(os.environ["WEB_LINGER"])
if os.environ["WEB_WAKES"] == "off":
    signal.set_wakeup_fd(-1)
if dies_at := os.environ.get("WEB_DIES_AT"):
    sync_points.hook = lambda point: os.kill(os.getpid(), signal.SIGKILL) if point == dies_at else None
