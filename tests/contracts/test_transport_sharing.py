"""Members that work at the same time share the partitions: each in its own thread, as in life each is a process."""

import threading
from time import monotonic, sleep

from shop.events.transport import Message, Subscriber
from tests.contracts.transports import POLL_S, Line, messages

SHARED_WITHIN_S = 45.0
BATCH = 30


class Worker:
    """Takes what comes, and commits it, until told to stop."""

    def __init__(self, member: Subscriber, stop: threading.Event) -> None:
        self.took: list[Message] = []
        self._member = member
        self._stop = stop
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            received = self._member.poll(timeout_s=POLL_S, most=500)
            self.took += [one.message for one in received]
            self._member.commit(received)

    def join(self) -> None:
        self._thread.join()


def test_two_members_share_what_comes_and_together_get_all_of_it(line: Line) -> None:
    publisher, stop = line.publisher(), threading.Event()
    workers = [Worker(line.member(), stop), Worker(line.member(), stop)]
    sent: list[Message] = []
    deadline = monotonic() + SHARED_WITHIN_S
    try:
        while not all(worker.took for worker in workers):
            assert monotonic() < deadline, "one of them has all the work"
            sent += (batch := messages(BATCH, keys=BATCH))
            publisher.publish(batch)
            sleep(POLL_S)
        while set(sent) - {message for worker in workers for message in worker.took}:
            assert monotonic() < deadline, "something was lost"
            sleep(POLL_S)
    finally:
        stop.set()
        for worker in workers:
            worker.join()

    assert all(worker.took for worker in workers)
