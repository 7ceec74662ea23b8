"""Whatever is asked of the two stores, in whatever order, they give the same answers."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis import Redis

from shop.caching.entry import ABSENT, HEADER_BYTES, VALUE, pack
from shop.caching.store import Fill, Invalidation, Lease, Put, Store
from tests.contracts.ears import listening
from tests.contracts.larders import MINUTE_MS, WRITTEN_MS, Larder, forget, memory_store, redis_store

names = st.sampled_from(["fig", "plum", "pear"])
some_names = st.lists(names, min_size=1, max_size=4)
tokens = st.sampled_from(["mine", "yours"])
versions = st.one_of(st.integers(1, 4), st.integers(2**63 - 3, 2**63 - 1))
entries = st.builds(
    pack,
    version=st.one_of(st.just(0), versions),
    written_ms=st.just(WRITTEN_MS),
    kind=st.sampled_from([VALUE, ABSENT]),
    payload=st.binary(max_size=4),
)


class TwoStores(RuleBasedStateMachine):
    """`seen` is what the callers read last, and may be out of date by the time they ask for a lease with it."""

    redis: Redis

    def __init__(self) -> None:
        super().__init__()
        self.memory = Larder(memory_store())
        self.larder = Larder(redis_store(self.redis), prefix=self.memory.prefix)
        self.seen: dict[str, bytes] = {}
        self.opened = ExitStack()
        self.ears = [
            self.opened.enter_context(listening(larder.store, larder.channel, self.redis))
            for larder in (self.memory, self.larder)
        ]

    def teardown(self) -> None:
        self.opened.close()
        forget(self.redis, self.larder.prefix)

    def same(self, call: Callable[[Store], object]) -> Any:
        expected, answer = call(self.memory.store), call(self.larder.store)
        assert answer == expected
        return answer

    @rule(names=some_names)
    def read(self, names: list[str]) -> None:
        entries = self.same(lambda store: store.read([self.larder.key(name) for name in names]))
        self.seen |= {name: (entry or b"")[:HEADER_BYTES] for name, entry in zip(names, entries, strict=True)}

    @rule(names=some_names, token=tokens)
    def lease(self, names: list[str], token: str) -> None:
        leases = [Lease(self.larder.key(name), self.seen.get(name, b"")) for name in names]
        self.same(lambda store: store.lease(leases, token=token, lease_ms=MINUTE_MS))

    @rule(fills=st.lists(st.tuples(names, entries), min_size=1, max_size=4), token=tokens)
    def fill(self, fills: list[tuple[str, bytes]], token: str) -> None:
        wanted = [Fill(self.larder.key(name), entry, MINUTE_MS) for name, entry in fills]
        self.same(lambda store: store.fill(wanted, token=token, channel=self.larder.channel))

    @rule(names=some_names, token=tokens)
    def release(self, names: list[str], token: str) -> None:
        self.same(lambda store: store.release([self.larder.key(name) for name in names], token=token))

    @rule(floors=st.lists(st.tuples(names, versions), min_size=1, max_size=4))
    def invalidate(self, floors: list[tuple[str, int]]) -> None:
        wanted = [Invalidation(self.larder.key(name), version) for name, version in floors]
        self.same(
            lambda store: store.invalidate(
                wanted, now_ms=WRITTEN_MS, tombstone_ms=MINUTE_MS, channel=self.larder.channel
            )
        )

    @rule(puts=st.lists(st.tuples(names, entries), min_size=1, max_size=4), token=tokens)
    def put(self, puts: list[tuple[str, bytes]], token: str) -> None:
        wanted = [Put(self.larder.key(name), entry, MINUTE_MS) for name, entry in puts]
        self.same(lambda store: store.put(wanted, token=token, lease_ms=MINUTE_MS, tombstone_ms=MINUTE_MS))

    @rule()
    def mark(self) -> None:
        self.same(lambda store: store.mark(self.larder.key("retired"), channel=self.larder.channel))

    @invariant()
    def both_hold_the_same(self) -> None:
        keys = [self.larder.key(name) for name in ("fig", "plum", "pear", "retired")]
        self.same(lambda store: store.read(keys))

    @invariant()
    def both_have_told_the_same(self) -> None:
        in_memory, in_redis = (heard() for heard in self.ears)
        assert in_redis == in_memory


def test_the_memory_store_and_the_redis_store_give_the_same_answers(redis: Redis) -> None:
    bounded = settings(
        max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    machine = type("TwoStoresHere", (TwoStores,), {"redis": redis})
    run_state_machine_as_test(machine, settings=bounded)
