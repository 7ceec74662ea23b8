"""What processes that keep copies are told, in the words of the channel.

    00000000000000000042larder:3f9c52d07ab1:price:1:{7}   a line a key that was changed: its version, then the key
    retired                                               a database id is dead: give up everything, ask for the new one
    empty                                                 the store may have lost changes: give up everything
    trace 8f3a                                            nothing to do; says that all before it was carried out

Unknown words are passed over, so that a newer process may share the channel.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from shop.caching.entry import VERSION_DIGITS

RETIRED: Final = "retired"
EMPTY: Final = "empty"
TRACE: Final = "trace "


def changes(versions: Iterable[tuple[str, int]]) -> str:
    """The message that names these keys, each with the version that it now has."""
    return "\n".join(f"{version:0{VERSION_DIGITS}}{key}" for key, version in versions)


def trace(trace_id: str) -> str:
    return f"{TRACE}{trace_id}"


def changes_of(message: str) -> Iterator[tuple[str, int]]:
    """The keys that a message of changes names, with their versions."""
    for line in message.split("\n"):
        yield line[VERSION_DIGITS:], int(line[:VERSION_DIGITS])
