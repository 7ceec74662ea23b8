"""The contract of a buffer of increments: what Redis does for write-behind, and the memory buffer in its place.

Invariants, the same for every implementation (tests/contracts/test_buffer.py, test_buffer_lanes.py and
test_buffer_batches.py):

1. A call is applied once, however often it is sent: each sender numbers its calls, and a number that is not above the
   last one of its lane changes nothing.
2. Increments of one key add up. What is pending becomes a batch in one step, with an id that is used once; what comes
   later goes into the next one. No increment is in two batches, or in none.
3. No batch has more than MOST_COUNTERS counters, if no call has: what is full becomes a batch by the call that fills
   it, and what is too full for a call before that is added.
4. A batch stays until it is forgotten, by its id. One that was postponed is not handed out before its time.
5. Once ENOUGH_BATCHES are there, what is pending goes on merging, and each batch more puts the next one off by
   PUT_OFF_S. So an hour in which nobody can persist any leaves 40, and a day 140; flushed every two seconds they were
   1,800, and 43,200. And batches that never go away hold nothing up for longer than that.
6. A lane that sends nothing is remembered for LANE_KEPT_S at the least, however often lanes are retired.
7. What has no end has no TTL: nothing here is ever evicted.

Every method is one round trip, and raises StoreError when it can't answer.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple, Protocol

# Counters of a batch: what one transaction writes.
MOST_COUNTERS: Final = 10_000
# What one flush takes. Those that were postponed count as well, for while PostgreSQL is away all of them are.
ENOUGH_BATCHES: Final = 10
PUT_OFF_S: Final = 10.0
# For how long a lane that sends nothing is remembered at the least.
LANE_KEPT_S: Final = 5 * 3600.0


class Applied(Enum):
    """What became of a call."""

    ONCE = "once"
    BEFORE = "before"  # it had been applied already: the answer to an earlier try was lost
    AFTER_LOSS = "after loss"  # applied; but of this lane's last call the server knows nothing: it went back in time


class Call(NamedTuple):
    """`number` counts the calls of the `lane` from 1. `dropped` is how many increments the sender could not keep since
    it last told."""

    lane: str
    number: int
    counts: Mapping[str, int]
    dropped: int = 0


class Batch(NamedTuple):
    """`tries` is how often it was postponed."""

    batch_id: str
    counts: Mapping[str, int]
    dropped: int = 0
    tries: int = 0

    @property
    def increments(self) -> int:
        return sum(self.counts.values())


class Held(NamedTuple):
    """What the buffer holds: increments that are pending, batches, and the increments of both, which a server that
    keeps nothing on disk would lose now; and how often the server would not say whether what was taken is on its
    disk."""

    pending: int
    batches: int
    at_risk: int
    unsure: int = 0


class Buffer(Protocol):
    """One kind of increments."""

    def add(self, call: Call) -> Applied:
        """Take the increments of a call, all or none. A key is not empty and does not begin with "#"."""

    def take(self, *, batch_id: str, limit: int) -> list[str]:
        """Make what is pending a batch of this id, unless it is put off; the ids of at most `limit` batches that are
        due, the oldest first.

        When it returns, a server that keeps a file has written down what is a batch now, as far as it can say so. The
        race: 1. what is pending becomes batch A; 2. A is counted in the database; 3. the server loses its last second
        in a power cut, and step 1 with it; 4. what was A is pending again, becomes batch B, and is counted twice.
        """

    def read(self, batch_id: str) -> Batch | None:
        """None: there is no such batch, or no longer."""

    def forget(self, batch_id: str) -> None:
        """The batch is done with."""

    def postpone(self, batch_id: str, *, seconds: float) -> None:
        """Don't hand it out for so long, and count that as a try."""

    def held(self) -> Held:
        """All of one moment."""

    def retire_lanes(self) -> bool:
        """Forget the lanes that have sent nothing since they were retired last; whether they were retired now, which
        they are not within LANE_KEPT_S of the last time, nor at the first call, which notes the time.

        A call of a lane that is forgotten may be applied once more.
        """
