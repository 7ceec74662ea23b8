"""The contract of what carries events from relays to consumers: Kafka, and a fake in this process's memory.

Invariants, the same for every implementation (tests/contracts/test_transport.py):

1. `publish` returns when the broker has taken every message; where it raises, it may have taken any of them.
2. Each message reaches the group at least once, in any order, as long as the broker does not forget what it took.
3. What was polled and not committed comes again after this subscriber has closed, or has died.
4. `wait` keeps the membership of the group without taking messages, and loses none.
5. Topics are there after `open_...`: who opens makes them if need be, so a broker that was emptied is no special case.

Whatever fails, fails with TransportError; a publisher or subscriber that has raised is closed, and a new one is opened.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class TransportError(Exception):
    """The broker failed, or was too slow. Events stay in the change log, which publishes them again."""


class Message(NamedTuple):
    """`key` decides on the partition; messages of one key keep their order where nothing fails."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Received(NamedTuple):
    """A message with the place it came from."""

    message: Message
    partition: int
    offset: int


class Publisher(Protocol):
    def publish(self, messages: Sequence[Message]) -> None:
        """Hand over all of them. Raises TransportError."""

    def close(self) -> None: ...


class Subscriber(Protocol):
    """One member of a group of consumers."""

    def poll(self, *, timeout_s: float, most: int) -> Sequence[Received]:
        """What has come, at most so many; none after `timeout_s` seconds. Raises TransportError."""

    def wait(self, *, timeout_s: float) -> None:
        """Let time pass as a member that takes nothing. Raises TransportError."""

    def commit(self, received: Sequence[Received]) -> None:
        """These, and all before them in their partitions, need not come again. Raises TransportError."""

    def lag(self) -> int | None:
        """How many messages the broker has for this member; None where that is not known.

        0 means that there is none; what was sent together may be counted as one.
        """

    def close(self) -> None: ...


class Transport(Protocol):
    def open_publisher(self, *, topic: str) -> Publisher:
        """Raises TransportError."""

    def open_subscriber(self, *, topic: str, group: str) -> Subscriber:
        """A new member of the group, which begins at the oldest message that nobody has committed.

        Raises TransportError.
        """

    def make_topics(self) -> None:
        """Make the topics that are missing; those that are there stay as they are. Raises TransportError."""
