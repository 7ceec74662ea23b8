"""What browsers and crawlers ask for by a fixed address."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

A_DAY_S: Final = 24 * 3600


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Lists by filter are endless: crawlers are asked to leave their next pages alone, and only theirs.

    What is a visitor's own is no page of the shop.
    """
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /api/", "Disallow: /search/", "Disallow: /*&cursor="]
    # A crawler is no visitor, whose views are counted.
    lines += ["Disallow: /p/*/seen.svg"]
    lines += [f"Disallow: /{own}/" for own in ("cart", "checkout", "orders", "account")]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask without having read the page's <link>: our drawing, and they need not ask twice a day."""
    answer = HttpResponseRedirect(static("storefront/larder.svg"))
    patch_cache_control(answer, public=True, max_age=A_DAY_S)
    return answer
