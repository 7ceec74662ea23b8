"""The shop's addresses, and one more: a page whose view fails."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from shop.urls import handler400, handler403, handler404, handler500
from shop.urls import urlpatterns as those_of_the_shop

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fail(request: HttpRequest) -> NoReturn:
    raise RuntimeError("a defect of ours")


urlpatterns = [*those_of_the_shop, path("defect/", fail)]
