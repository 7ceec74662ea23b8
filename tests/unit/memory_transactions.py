"""Transactions on the shelf: they nest, a rollback undoes, and callbacks wait for the outermost commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Callback = Callable[[], None]


@dataclass
class Transactions:
    """`rows` is the table they work on; `depth` says how many blocks are open."""

    rows: Callable[[], dict[int, Any]]
    depth: int = 0
    _waiting: list[Callback] = field(default_factory=list)

    @contextmanager
    def block(self) -> Iterator[None]:
        """A transaction, or a savepoint inside one."""
        rows = self.rows()
        before, waiting = dict(rows), len(self._waiting)
        self.depth += 1
        try:
            yield
        except BaseException:
            rows.clear()
            rows.update(before)
            del self._waiting[waiting:]
            raise
        finally:
            self.depth -= 1
        while self.depth == 0 and self._waiting:
            self._waiting.pop(0)()

    def after_commit(self, callback: Callback) -> None:
        if self.depth:
            self._waiting.append(callback)
        else:
            callback()
