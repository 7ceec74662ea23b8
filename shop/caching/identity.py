"""Which server the store is, and what was last noted in it: how somebody notices that Redis has gone back in time.

A Redis that was restarted has another run id, and one that became primary another replication id. What it holds may be
older than what was true, so whoever watches writes a note into it again and again: the note that is found there after a
change says up to when its memory reaches. The note has no TTL, so it is never evicted.

A note is written by the server that it names, or by none. Proved by tests/contracts/test_server_identity.py.
"""

from typing import NamedTuple, Protocol


class Note(NamedTuple):
    """`identity` is the server's when the note was written, at `at_ms` since 1970."""

    identity: str
    at_ms: int


class Server(Protocol):
    def identity(self) -> str:
        """Changes when the server may have gone back in time. Raises StoreError."""

    def note(self, key: str) -> Note | None:
        """The note as the server remembers it; None where it has none. Raises StoreError."""

    def write(self, key: str, note: Note) -> bool:
        """False, and nothing written, where the server is another one by now. Raises StoreError."""


class MemoryServer:
    """A server in this process's memory: a real fake."""

    def __init__(self) -> None:
        self.run = 1
        self.notes: dict[str, Note] = {}
        self._saved: dict[str, Note] = {}

    def save(self) -> None:
        """What a server writes to its disk."""
        self._saved = dict(self.notes)

    def restart(self) -> None:
        """From what was saved: another run, which remembers no more than that."""
        self.run += 1
        self.notes = dict(self._saved)

    def identity(self) -> str:
        return str(self.run)

    def note(self, key: str) -> Note | None:
        return self.notes.get(key)

    def write(self, key: str, note: Note) -> bool:
        if note.identity != self.identity():
            return False
        self.notes[key] = note
        return True
