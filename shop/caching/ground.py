"""What every pattern stands on, put together once for a process by shop/wiring.py, and by each test for itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from shop.caching.breaker import CircuitBreaker
from shop.caching.buffer import Buffer
from shop.caching.clock import Clock
from shop.caching.distinct import Distinct, MemoryDistinct
from shop.caching.entry import Versioned
from shop.caching.instrumentation import Instrumentation
from shop.caching.keys import KeySpace
from shop.caching.load_gate import LoadGate
from shop.caching.local_tier import Copy, LocalTier, Ticket
from shop.caching.policy import Policy
from shop.caching.reading import Reading
from shop.caching.store import Store, StoreSkippedError

T = TypeVar("T")


# Brings the entries of some keys, in order, by one round trip. Raises StoreError.
Reader = Callable[[Sequence[str]], list[bytes | None]]


class Loader(Protocol[T]):
    """Reads rows from the database: one statement, each row's value and version together.

    A row that does not exist is left out of the answer.
    """

    def __call__(self, entry_ids: Sequence[int], /) -> Mapping[int, Versioned[T]]: ...


def _no_buffer(name: str) -> Buffer:
    raise NotImplementedError(f"this ground has no buffer for {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`store` is the guarded one. `in_transaction` says whether the caller is inside an open transaction, whose view of
    the database is its own. `load_errors` are what a loader raises when the database can't answer. `local` holds this
    process's own copies, where it keeps any.

    Writes need three more: `transaction` opens a transaction, `after_commit` calls back once the outermost one has
    committed, at once where none is open, and `ask_repair` has the change log applied again, because the cache did not
    take a write. Write-behind needs `buffers`, which gives the buffer of a name. `distinct`
    counts members of sets.
    """

    store: Store
    keys: KeySpace
    clock: Clock
    breaker: CircuitBreaker
    gate: LoadGate
    instrumentation: Instrumentation
    in_transaction: Callable[[], bool] = field(default=lambda: False)
    load_errors: tuple[type[Exception], ...] = ()
    local: LocalTier | None = None
    transaction: Callable[[], AbstractContextManager[object]] = nullcontext
    after_commit: Callable[[Callable[[], None]], None] = field(default=lambda call: call())
    ask_repair: Callable[[], None] = field(default=lambda: None)
    buffers: Callable[[str], Buffer] = field(default=_no_buffer)
    distinct: Distinct = field(default_factory=MemoryDistinct)

    @property
    def now_ms(self) -> int:
        return int(self.clock.now() * 1000)

    def read(self, wanted: Sequence[tuple[Policy, int]], *, by: Reader | None = None) -> list[bytes | None]:
        """The entries of several caches in one round trip, in order. Raises StoreError. `by`: another way to read.

        The marker of a retired database id is read along; once it is there, the new id is asked for, and the entries
        are read again under it. A database that still gives the retired one was restored without a reset: its cache
        is left alone.
        """
        for _ in range(2):
            keys = self.keys.of(wanted)
            keys.append(self.keys.retired())
            entries = (by or self.store.read)(keys)
            if entries.pop() is None:
                return entries
            self.keys.renew()
        raise StoreSkippedError("the database's id is marked as retired: after a restore, call larder_reset()")

    def ticket(self) -> Ticket | None:
        """Take it before `read`, and `hold` what was read by it."""
        return None if self.local is None else self.local.ticket(base=self.keys.known or "")

    def copy(self, policy: Policy, entry_id: int) -> Copy[object] | None:
        """This process's own copy of an entry, if there is one that may be shown. Asks nobody."""
        if self.local is None or not policy.local_ttl:
            return None
        try:
            return self.local.get(self.keys.entry(policy, entry_id))
        except StoreSkippedError:
            return None

    def outdate(self, policy: Policy, versions: Iterable[tuple[str, int]]) -> None:
        """This process shows nothing of these keys below these versions, from now on."""
        if self.local is not None and policy.local_ttl:
            self.local.raise_floors(versions)

    def hold(self, policy: Policy, entry_id: int, reading: Reading[T], ticket: Ticket) -> None:
        """Keep a copy of a fresh reading, unless a change has overtaken it.

        Under the key of when it was read: 1. a reader reads; 2. the database gets a new id; 3. what was read is not
        of the new one.
        """
        if self.local is not None and policy.local_ttl:
            key = self.keys.entry(policy, entry_id, base=ticket.base)
            if not self.local.hold(key, reading, ticket=ticket, local_ttl=policy.local_ttl):
                self.local.raise_floors([(key, reading.floor)])

    def learn(self, policy: Policy, versions: Mapping[int, int]) -> None:
        """This process is about to show these versions, and shows nothing below them afterwards.

        1. A reader is answered v1; 2. v2 is committed and told; 3. another reader here loads v2, and shows it; 4. the
        first holds v1; 5. v1 is shown again, until the message of step 2 comes.
        """
        base = self.keys.known
        if self.local is not None and policy.local_ttl and base is not None:
            pairs = versions.items()
            self.local.raise_floors([(self.keys.entry(policy, each, base=base), version) for each, version in pairs])
