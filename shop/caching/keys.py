"""Every Redis key is built here.

    larder:3f9c52d07ab1:price:1:{7}          an entry: namespace, database id, cache, schema version, row id
    larder:3f9c52d07ab1:price:1:{7}:lease    the token of whoever loads it
    larder:3f9c52d07ab1:session:1:{9}:used   when a sliding entry was last used (sliding.py)
    larder:3f9c52d07ab1:retired              set when that database id is dead: after a restore or a reseed
    larder:3f9c52d07ab1:note                 which server this is, and until when its memory reaches (identity.py)
    larder:3f9c52d07ab1:warmed               set when a warm-up of that database is done (analytics/warming.py)
    larder:changes                           the channel on which processes are told of changes
    larder:limit:writes:user-7               when somebody called, for a rate limit: no database id, for a door must
                                             not wait for a database
    larder:{views}:pending                   increments that wait to be flushed, and what belongs to them: no database
                                             id, for they are not of a state of the database, and survive its restore
    larder:distinct:739583:7                 who looked at a product on a day, as a HyperLogLog

The braces are Redis's hash tag: an entry and its lease, and all of one product's entries, share a slot. Larder itself
runs on one server with replicas, not on a cluster: a list reads many products, and the marker, by one MGET.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Final

from shop.caching.clock import Clock, SystemClock
from shop.caching.policy import Policy
from shop.caching.store import StoreSkippedError

# Seconds between two questions to a database that does not answer.
ASK_AGAIN_AFTER: Final = 1.0


class DatabaseIdUnknownError(StoreSkippedError):
    """No key can be made: the database has not said yet which one it is, and can't be asked now."""


class KeySpace:
    """The keys of one application on one database.

    `database_id` asks the database for its id, and gives None when it can't be asked. It is called at the first key,
    and again after `renew()`. While it gives None the id that was known stays in use, and is asked for once a second:
    what is cached can be shown while the database is away.
    """

    def __init__(self, *, namespace: str, database_id: Callable[[], str | None], clock: Clock | None = None) -> None:
        self._namespace = namespace
        self._ask = database_id
        self._clock = clock or SystemClock()
        self._base: str | None = None
        self._unsure = True
        self._ask_again_at = 0.0
        self._lock = threading.Lock()

    @property
    def base(self) -> str:
        """Namespace and database id. Raises DatabaseIdUnknownError."""
        base = self._base
        return base if base is not None and not self._unsure else self._asked()

    @property
    def known(self) -> str | None:
        """Like `base`, but nobody is asked: None while the database has not said."""
        return self._base

    def follow(self, database_id: str) -> None:
        """Use this id from now on: the caller has just read it from the database."""
        self._base, self._unsure = f"{self._namespace}:{database_id}", False

    def confirm(self) -> None:
        """Ask the database now, and use what it says; where it can't be asked, the id that was known stays."""
        answer = self._ask()
        if answer is not None:
            self.follow(answer)

    def renew(self) -> None:
        """The id may have changed: the next key asks for it."""
        self._unsure = True
        self._ask_again_at = 0.0

    def _asked(self) -> str:
        """One thread asks; the others go on with the id they know, if they know one."""
        if not self._lock.acquire(blocking=self._base is None):
            return self._base or self._asked()
        try:
            known = self._base
            if known is not None and (not self._unsure or self._clock.monotonic() < self._ask_again_at):
                return known
            # First, so that a renewal while the database is asked leads to asking again.
            self._unsure = False
            answer = self._ask()
            if answer is not None:
                self._base = known = f"{self._namespace}:{answer}"
            else:
                self._unsure = True
                self._ask_again_at = self._clock.monotonic() + ASK_AGAIN_AFTER
        except BaseException:
            self._unsure = True
            raise
        finally:
            self._lock.release()
        if known is None:
            raise DatabaseIdUnknownError("the database can't say which one it is")
        return known

    @property
    def changes(self) -> str:
        """The channel of the local tiers. It names no database: each change that is told names its key."""
        return f"{self._namespace}:changes"

    def told_on(self, policy: Policy) -> str:
        """The channel on which changes of this cache are told; "" where no process keeps copies."""
        return self.changes if policy.local_ttl else ""

    def entry(self, policy: Policy, entry_id: int, *, base: str | None = None) -> str:
        """The key of one entry; below a `base` that was known before, if it is given."""
        return f"{self.base if base is None else base}:{policy.name}:{policy.schema}:{{{entry_id}}}"

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

    def warmed(self) -> str:
        """The marker that says that the caches of this database were filled once since Redis came up empty."""
        return f"{self.base}:warmed"

    def buffer(self, name: str) -> "BufferKeys":
        """The keys of a write-behind buffer."""
        return BufferKeys(f"{self._namespace}:{{{name}}}")

    def window(self, limit: str, subject: str) -> str:
        """The log of somebody's calls below a rate limit."""
        return f"{self._namespace}:limit:{limit}:{subject}"

    def distinct(self, name: str) -> str:
        """A set whose members are counted, roughly."""
        return f"{self._namespace}:distinct:{name}"

    def note(self) -> str:
        """Where the server's own identity is noted."""
        return f"{self.base}:note"


class BufferKeys:
    """One hash tag for all of them, so that a script may rename one into another."""

    def __init__(self, base: str) -> None:
        self.pending = f"{base}:pending"
        self.batches = f"{base}:batches"
        self.sums = f"{base}:sums"
        self.made = f"{base}:made"
        self.takes = f"{base}:takes"
        self.unsure = f"{base}:unsure"
        self.lanes = f"{base}:lanes"
        self.old_lanes = f"{base}:lanes-before"
        self.lanes_retired = f"{base}:lanes-retired"

    def batch(self, batch_id: str) -> str:
        """As record.lua makes it."""
        return f"{self.pending}:{batch_id}"


def lease_of(entry_key: str) -> str:
    return f"{entry_key}:lease"


def use_of(entry_key: str) -> str:
    return f"{entry_key}:used"
