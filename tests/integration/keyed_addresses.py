"""The shop's addresses, and operations that only a staff key opens."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from ninja import Schema

from shop.storefront.api import LarderAPI
from shop.storefront.json_only import HtmlSafeRenderer, StrictParser, json_only
from shop.urls import handler400, handler403, handler404, handler500
from shop.urls import urlpatterns as of_the_shop
from shop.visitors.api_key_auth import key_owner, staff_key

__all__ = ["handler400", "handler403", "handler404", "handler500"]

NEEDED = "catalog.change_price"

keyed = LarderAPI(title="Keyed", urls_namespace="keyed", parser=StrictParser(), renderer=HtmlSafeRenderer())
keyed.add_decorator(json_only, mode="view")


class Word(Schema):
    word: str


@keyed.get("/who", auth=staff_key(NEEDED))
def who(request: HttpRequest) -> Any:
    return {"owner": key_owner(request).username, "session": str(request.user)}


@keyed.post("/who", auth=staff_key(NEEDED))
def say(request: HttpRequest, word: Word) -> Any:
    return {"owner": key_owner(request).username, "word": word.word}


@keyed.get("/anybody")
def anybody(request: HttpRequest) -> Any:
    return {"owner": key_owner(request).username}


urlpatterns = [path("api/keyed/", keyed.urls), *of_the_shop]
