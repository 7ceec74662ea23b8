"""A program with a session that speaks to the JSON API of a web server of one's own."""

import json
import urllib.request
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError

CHECKOUT = {
    "email": "ann@example.org",
    "name": "Ann",
    "address": "1 Pantry Lane",
    "payment": {"card": "4242424242424242"},
}


class ApiClient:
    """`url` may change on the way: cookies know no ports."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON. Raises AssertionError for a refusal, and URLError or its like for a broken connection."""
        data = None if body is None else json.dumps(body).encode()
        said = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        request = urllib.request.Request(self.url + path, data, said, method=method)  # noqa: S310  our own server
        try:
            with self._browser.open(request, timeout=20) as answer:
                return json.load(answer)
        except HTTPError as refused:
            raise AssertionError(f"{refused.code}: {refused.read()!r}") from refused
