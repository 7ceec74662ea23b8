"""A page was looked at: the HTTP side of views.

Who looked is told apart by a keyed hash of address and browser with the day in it, so that nobody can be followed from
one day to the next, and the key is not in Redis. The address is the visitor's, not that of the shop's own proxy.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from analytics.operations import record_view
from catalog.operations import ProductNotFoundError
from catalog.queries import get_product
from shop.caching.recorder import Recorded
from shop.visitors.rate_limits.address import visitors_address


def saw_product(request: HttpRequest, *, product_id: int) -> Recorded:
    """Count it. Raises ProductNotFoundError for a product that visitors can't see."""
    if get_product(product_id=product_id) is None:
        raise ProductNotFoundError(product_id)
    now = timezone.now()
    address = visitors_address(meta=request.META, trusted_proxies=settings.TRUSTED_PROXIES)
    seen = f"{now.date()}|{address}|{request.headers.get('User-Agent', '')}"
    return record_view(product_id=product_id, visitor=salted_hmac("larder.views", seen).hexdigest()[:16], now=now)
