"""Somebody with a cart, who keeps their session and their connections, and asks now this web server and now that."""

import json
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tests.failures.web import Web

# More than any answer may take, however ill the cache is.
PATIENCE_S = 20


class Shopper:
    """`session` is the cookie of a session that is there already."""

    def __init__(self, *, session: str = "") -> None:
        self.session = session
        self._connections: dict[str, HTTPConnection] = {}

    def put(self, web: Web, product_id: int, quantity: int) -> dict[int, int]:
        """What the answer shows of the cart."""
        return self._cart(web, "PUT", f"/api/cart/items/{product_id}", {"quantity": quantity})

    def cart(self, web: Web) -> dict[int, int]:
        return self._cart(web, "GET", "/api/cart")

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def _cart(self, web: Web, method: str, path: str, body: Any = None) -> dict[int, int]:
        headers = {"Content-Type": "application/json"} | (
            {"Cookie": f"sessionid={self.session}"} if self.session else {}
        )
        connection = self._connections.get(web.url)
        if connection is None:
            connection = HTTPConnection(urlsplit(web.url).netloc, timeout=PATIENCE_S)
            self._connections[web.url] = connection
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (HTTPException, OSError):
            del self._connections[web.url]
            raise
        assert answer.status == 200, (answer.status, text[:500])
        for cookie in SimpleCookie(answer.headers.get("Set-Cookie", "")).values():
            if cookie.key == "sessionid":
                self.session = cookie.value
        return {item["product"]["id"]: item["quantity"] for item in json.loads(text)["items"]}
