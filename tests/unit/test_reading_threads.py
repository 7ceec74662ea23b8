"""Many threads read many entries at once: the memory of parsed entries neither fails nor outgrows its bound."""

import sys
import threading
from dataclasses import dataclass

from shop.caching.entry import VALUE, pack
from shop.caching.policy import Pattern, Policy
from shop.caching.reading import DECODED_ENTRIES, EntryReader
from shop.caching.serializer import Serializer

POLICY = Policy(name="jam", pattern=Pattern.CACHE_ASIDE, schema=1, ttl=60)
THREADS, ENTRIES, ROUNDS = 8, 1000, 6


@dataclass(frozen=True, slots=True)
class Jam:
    id: int


def test_threads_that_read_more_entries_than_are_remembered_get_the_right_values() -> None:
    reader = EntryReader(policy=POLICY, serializer=Serializer(Jam))
    wrong: list[int] = []
    together = threading.Barrier(THREADS)

    def read() -> None:
        together.wait()
        for entry_id in [*range(ENTRIES)] * ROUNDS:
            entry = pack(version=1, written_ms=1, kind=VALUE, payload=b'{"id":%d}' % entry_id)
            if reader.read(entry, entry_id=entry_id, now_ms=2).value != Jam(entry_id):
                wrong.append(entry_id)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=read) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    assert wrong == []
    assert len(reader._decoded) <= DECODED_ENTRIES
