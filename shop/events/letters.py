"""What a consumer makes of the messages of one poll: events to apply, dead letters, and what is passed over.

    malformed          to the dead letters, with the reason: no release will ever understand it
    of a newer schema  to the dead letters as well, for whoever upgrades and wants to look; its row stays unfinished,
                       so the relay publishes it again, and the first consumer that understands it applies it. What
                       comes again is passed over and counted: one letter is enough
    of an unknown type passed over and counted, its row unfinished as well: a new type need not concern caches
    of an unknown      the same: a later release logs it, and caches it; if it were finished here, nobody would ever
    entity             invalidate it

None of them holds up the stream. Proved by tests/integration/test_consumer_letters.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from shop.events.messages import CHANGED, Event, MalformedEventError, NewerSchemaError, UnknownTypeError, unpack
from shop.events.subscriptions import is_known
from shop.events.transport import Message, Received

LONGEST_REASON = 500
# A dead letter is larger than the message that it was: one of the largest that a broker takes would not be taken again,
# and the stream would stand still. Events of ours have 40 kB at most.
LONGEST_VALUE = 500_000
LONGEST_HEADERS = 10_000


# The keys that a consumer remembers of what it has put aside; a burst may come again and again for a day.
MOST_BURIED: Final = 100_000


class Buried:
    """Which events are among the dead letters already, by their keys: the latest ones that this process has put there.

    Another process, or this one once it is started again, puts each of them there once more.
    """

    def __init__(self) -> None:
        self._keys: dict[bytes, None] = {}

    def __contains__(self, key: bytes) -> bool:
        return key in self._keys

    def add(self, keys: Iterable[bytes]) -> None:
        self._keys.update(dict.fromkeys(keys))
        for key in list(islice(self._keys, max(0, len(self._keys) - MOST_BURIED))):
            del self._keys[key]


@dataclass(slots=True)
class Letters:
    """`newer` are the keys of those among the dead that will come again."""

    events: list[Event] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    newer: set[bytes] = field(default_factory=set)
    ignored: int = 0


def sorted_letters(received: Iterable[Received], *, buried: Buried) -> Letters:
    letters = Letters()
    for one in received:
        try:
            event = unpack(one.message.value)
        except MalformedEventError as error:
            letters.dead.append(_dead(one, "malformed", error))
        except NewerSchemaError as error:
            if one.message.key in buried or one.message.key in letters.newer:
                letters.ignored += 1
            else:
                letters.dead.append(_dead(one, "newer schema", error))
                letters.newer.update([one.message.key] if one.message.key else [])
        except UnknownTypeError:
            letters.ignored += 1
        else:
            if event.type == CHANGED and not is_known(event.entity):
                letters.ignored += 1
            else:
                letters.events.append(event)
    return letters


def _dead(one: Received, kind: str, error: Exception) -> Message:
    """The message as it came, with the reason and the place that it came from; cut where it is too long."""
    key, value = one.message.key or b"", one.message.value or b""
    headers = [
        ("reason", f"{kind}: {error}"[:LONGEST_REASON].encode()),
        ("partition", str(one.partition).encode()),
        ("offset", str(one.offset).encode()),
    ]
    if len(value) > LONGEST_VALUE:
        headers.append(("cut", f"{len(value)} bytes".encode()))
    kept = one.message.headers if len(repr(one.message.headers)) <= LONGEST_HEADERS else ()
    return Message(key=key[:LONGEST_HEADERS], value=value[:LONGEST_VALUE], headers=(*kept, *headers))
