"""A shopper whose process is killed with -9 at one point of a checkout: `python -m tests.failures.dying_buyer '{...}'`.

Its argument is JSON: `cart_id`; `card`; `point`, where it dies, "" for nowhere; `loses_goods`, a product of which all
goes missing while it is paid, 0 for none. It ends by itself only where it never comes to that point.
"""

import json
import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  Django must be set up first

from cart.checkout import CheckoutRefusedError, sync_points  # noqa: E402
from cart.checkout.sync_points import Point  # noqa: E402
from inventory.models import Reservation, Stock  # noqa: E402
from inventory.operations import adjust, expire_due  # noqa: E402
from tests.integration.checkouts import buy  # noqa: E402

PLAN = json.loads(sys.argv[1])


def die_there(point: Point) -> None:
    if point is Point.CHARGED and PLAN["loses_goods"]:
        _lose_goods(PLAN["loses_goods"])
    if point == PLAN["point"]:
        os.kill(os.getpid(), signal.SIGKILL)


def _lose_goods(product_id: int) -> None:
    Reservation.objects.filter(status="open").update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_due()
    adjust(product_id=product_id, change=-Stock.objects.get(product_id=product_id).on_hand, reason="a fallen shelf")


if __name__ == "__main__":
    sync_points.hook = die_there
    try:
        buy(PLAN["cart_id"], card=PLAN["card"])
    except CheckoutRefusedError as refusal:
        sys.exit(refusal.code)
