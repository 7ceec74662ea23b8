"""Every Redis key is built here.

    larder:3f9c52d07ab1:price:1:{7}          an entry: namespace, database id, cache, schema version, row id
    larder:3f9c52d07ab1:price:1:{7}:lease    the token of whoever loads it
    larder:3f9c52d07ab1:retired              set when that database id is dead: after a restore or a reseed

The braces are Redis's hash tag: all keys of one product live in one slot of a cluster.
"""

import threading
from collections.abc import Callable, Iterable

from shop.caching.policy import Policy


class KeySpace:
    """The keys of one application on one database.

    `database_id` asks the database for its id; it is called at the first key, and again after `renew()`.
    """

    def __init__(self, *, namespace: str, database_id: Callable[[], str]) -> None:
        self._namespace = namespace
        self._ask = database_id
        self._base: str | None = None
        self._lock = threading.Lock()

    @property
    def base(self) -> str:
        if self._base is None:
            with self._lock:
                if self._base is None:
                    self._base = f"{self._namespace}:{self._ask()}"
        return self._base

    def follow(self, database_id: str) -> None:
        """Use this id from now on: the caller has just read it from the database."""
        if self._base != f"{self._namespace}:{database_id}":
            with self._lock:
                self._base = f"{self._namespace}:{database_id}"

    def renew(self) -> None:
        """Forget the database's id; the next key asks for it."""
        with self._lock:
            self._base = None

    def of(self, names: Iterable[tuple[Policy, int]]) -> list[str]:
        """The keys of entries of several caches."""
        base = self.base
        return [f"{base}:{policy.name}:{policy.schema}:{{{entry_id}}}" for policy, entry_id in names]

    def entries(self, policy: Policy, entry_ids: Iterable[int]) -> list[str]:
        """The keys of entries of one cache."""
        return self.of((policy, entry_id) for entry_id in entry_ids)

    def retired(self, database_id: str | None = None) -> str:
        """The marker that says that a database id is dead; without an argument, that of the id in use."""
        return f"{self.base if database_id is None else f'{self._namespace}:{database_id}'}:retired"


def lease_of(entry_key: str) -> str:
    return f"{entry_key}:lease"
