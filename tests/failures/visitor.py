"""Somebody with a session, who asks now this web server and now that, by one connection each time."""

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import User
from django.test import Client

from tests.failures.web import Web

PATIENCE_S = 20


class Visitor:
    """Logged in, once, by this process, and then known to the web servers by the cookie alone."""

    def __init__(self, user: User) -> None:
        self._client = Client()
        self._client.force_login(user)
        self.session = self._client.cookies["sessionid"].value

    def is_logged_in(self, web: Web) -> bool:
        return self._status(web, "GET", "/account/") == 200

    def log_out_everywhere(self, web: Web) -> None:
        """With the token that the forms of the page carry."""
        token = "t" * 32
        body = urlencode({"device": "everywhere", "csrfmiddlewaretoken": token})
        assert self._status(web, "POST", "/account/devices/", body, f"; csrftoken={token}") == 303

    def _status(self, web: Web, method: str, path: str, body: str | None = None, cookies: str = "") -> int:
        connection = HTTPConnection(urlsplit(web.url).netloc, timeout=PATIENCE_S)
        headers = {"Cookie": f"sessionid={self.session}{cookies}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer.status
