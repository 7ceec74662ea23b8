"""A machine whose cache server is flushed, is killed, and comes back some steps later. It counts its steps.

Whatever is done between a kill and the restart meets no server at all: the model knows no difference.
"""

from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from redis import Redis

from shop.embedded.valkey import EmbeddedValkey

ALL, WITHOUT_CACHE = "all", "without a cache"


class FaultyCache(RuleBasedStateMachine):
    """`steps` is shared by all examples of a run."""

    valkey: EmbeddedValkey
    steps: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.is_dead = self._was_dead = self._has_begun = False

    @precondition(lambda self: not self.is_dead)
    @rule()
    def flush(self) -> None:
        with Redis.from_url(self.valkey.url, socket_timeout=2) as client:
            client.flushall()

    @precondition(lambda self: not self.is_dead)
    @rule()
    def kill(self) -> None:
        self.valkey.kill()
        self.is_dead = True

    @precondition(lambda self: self.is_dead)
    @rule()
    def restart(self) -> None:
        self.valkey.start()
        self.valkey.wait_until_ready()
        self.is_dead = False

    @invariant()
    def steps_are_counted(self) -> None:
        """Once before the first step, then after each."""
        self.steps[ALL] += self._has_begun
        self.steps[WITHOUT_CACHE] += self._was_dead and self.is_dead
        self._has_begun, self._was_dead = True, self.is_dead

    def teardown(self) -> None:
        if self.is_dead:
            self.restart()
