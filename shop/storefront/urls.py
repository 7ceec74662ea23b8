"""The pages that visitors see."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from shop.storefront.pages.about import about, about_caching
from shop.storefront.pages.account import account
from shop.storefront.pages.account_devices import log_out_device
from shop.storefront.pages.account_door import log_in, log_out, make_account
from shop.storefront.pages.cart import cart
from shop.storefront.pages.cart_add import add_to_cart
from shop.storefront.pages.category import category
from shop.storefront.pages.checkout import checkout
from shop.storefront.pages.home import home
from shop.storefront.pages.order import order
from shop.storefront.pages.order_events import order_events
from shop.storefront.pages.product import product
from shop.storefront.pages.sale import sale
from shop.storefront.pages.search import search
from shop.storefront.pages.seen import seen
from shop.storefront.pages.suggest import suggest
from shop.storefront.pages.well_known import favicon, robots
from shop.storefront.pictures.view import picture


def _page(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """An address whose answer travels compressed; the length of each is blurred against guessing by size (BREACH)."""
    return path(address, gzip_page(view), name=name)


def _read_only(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """The same, where nothing is ever posted: who does is told that (405), and not that a form has expired (403)."""
    return path(address, csrf_exempt(require_safe(gzip_page(view))), name=name)


urlpatterns = [
    _read_only("", home, "home"),
    _read_only("c/<slug:slug>/", category, "category"),
    _read_only("search/", search, "search"),
    _read_only("search/suggest/", suggest, "suggest"),
    # The id decides; whatever stands before its hyphen is for people, and is put right by a redirect.
    re_path(r"^p/(?P<slug>.*)-(?P<product_id>[0-9]{1,20})/$", gzip_page(product), name="product"),
    # Never compressed, which a picture of nothing would only grow by.
    path("p/<int:product_id>/seen.svg", csrf_exempt(require_safe(seen)), name="seen"),
    re_path(r"^sale/(?P<sale_id>[0-9]{1,20})/$", csrf_exempt(require_safe(gzip_page(sale))), name="sale"),
    _page("cart/", cart, "cart"),
    _page("cart/add/", add_to_cart, "add-to-cart"),
    _page("checkout/", checkout, "checkout"),
    _page("orders/<uuid:order_id>/", order, "order"),
    # Compressed, events would wait for each other.
    path("orders/<uuid:order_id>/events/", order_events, name="order-events"),
    _page("account/", account, "account"),
    _page("account/login/", log_in, "login"),
    _page("account/signup/", make_account, "signup"),
    _page("account/logout/", log_out, "logout"),
    _page("account/devices/", log_out_device, "log-out-device"),
    _read_only("about/", about, "about"),
    _read_only("about/caching/", about_caching, "about-caching"),
    _read_only("pictures/<int:edition>/<str:name>.svg", picture, "picture"),
    _read_only("robots.txt", robots, "robots"),
    _read_only("favicon.ico", favicon, "favicon"),
]
