"""A buffer that fails as a network does: before it has taken a call, or after."""

from shop.caching.buffer import Applied, Call
from shop.caching.memory_buffer import MemoryBuffer
from shop.caching.store import StoreError


class FlakyBuffer(MemoryBuffer):
    """`failures` are consumed one a call: "lost" takes the call and loses the answer, "away" takes nothing."""

    failures: list[str]

    def fail(self, *failures: str) -> None:
        self.failures = list(failures)

    def add(self, call: Call) -> Applied:
        failure = self.failures.pop(0) if getattr(self, "failures", None) else ""
        if failure == "away":
            raise StoreError("away")
        applied = super().add(call)
        if failure == "lost":
            raise StoreError("the answer is lost")
        return applied
