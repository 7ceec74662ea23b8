"""Django's sessions: PostgreSQL holds them, Redis serves them. What SESSION_ENGINE names.

Invariants:
- A key that a client brings is adopted only if a session lives under it; otherwise the next save makes one of its own,
  so that nobody can fix somebody else's key beforehand. A login rotates the key.
- A session that was ended, here or elsewhere, stays ended: a save of it raises UpdateError, as Django's own do.
- A login is told to the row that it makes or saves, whoever was logged in before.
- Of two saves at once the last one wins, whole, as with Django's own.
- `set_expiry` concerns the cookie alone; how long a session lives stands in session_times.py.

Proved by tests/integration/test_session_engine.py and test_session_store.py; the races by tests/races/test_sessions.py.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError

from shop.visitors.session_key import SessionKey, is_key, new_key
from shop.visitors.session_rows import (
    Login,
    end_session,
    is_there,
    make_session,
    rotate_session,
    save_session,
)
from shop.visitors.session_uses import find_session
from shop.visitors.sessions import delete_expired_sessions


class SessionStore(SessionBase):
    """Reads are a use of the session. What raises here is the database; Redis may do as it likes."""

    login_told: Login | None = None
    # Django's own, which its types leave out.
    _session: dict[str, Any]
    _get_session: Callable[..., dict[str, Any]]

    def load(self) -> dict[str, Any]:
        found = None if self.session_key is None else find_session(key=SessionKey(self.session_key))
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found.data)

    def exists(self, session_key: str) -> bool:
        return is_key(session_key) and is_there(key=SessionKey(session_key))

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when it was ended meanwhile, or its login overtaken; with `must_create`, CreateError for a
        key that is taken."""
        if self.session_key is None:
            return self.create()
        content = self._get_session(no_load=must_create)
        key = SessionKey(self.session_key)
        write = make_session if must_create else save_session
        try:
            written = write(key=key, data=self.encode(content), user_id=_customer_in(content), login=self.login_told)
        except IntegrityError as error:
            if must_create and self.exists(key.text):
                raise CreateError from error
            raise
        if not written:
            raise UpdateError
        self.login_told = None
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = self.session_key if session_key is None else session_key
        if key is not None and is_key(key):
            end_session(key=SessionKey(key))

    def cycle_key(self) -> None:
        """Another key for what is in the session. If it was ended meanwhile nothing of it comes along."""
        content, before, after = self._session, self.session_key, new_key()
        if before is None:
            self.create()
            self._session_cache = content
        elif rotate_session(key=SessionKey(before), new_key=after):
            self._session_key = after.text
            self.modified = True
        else:
            self.clear()
            self.create()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """JSON in ASCII, so that PostgreSQL keeps every character. It is not signed: no client sends it."""
        data: bytes = self.serializer().dumps(session_dict)
        return data.decode("ascii")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        data = session_data.encode("ascii") if isinstance(session_data, str) else session_data
        content: dict[str, Any] = self.serializer().loads(data)
        return content

    @classmethod
    def clear_expired(cls) -> None:
        delete_expired_sessions()

    def _get_new_session_key(self) -> str:
        """Nobody is asked whether it is taken: it is not, and the database would say so."""
        return new_key().text

    def _validate_session_key(self, key: object) -> bool:
        return is_key(key)


def _customer_in(content: dict[str, Any]) -> int | None:
    customer = content.get(SESSION_KEY)
    return None if customer is None else int(customer)
