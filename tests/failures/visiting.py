"""Visitors who look at product pages all the time, and how long each waited for its answer."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import quantiles

from tests.failures.web import Web

CLIENTS = 4
# Between an answer and the next click: so that a slow shop is not asked for less than a quick one, or hardly.
PAUSE_S = 0.02


class Visits:
    """`waits_s` of all answers so far; an answer other than 200 is in `wrong`."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []
        self.wrong: list[int] = []

    def within_ms(self, percent: int) -> float:
        """So many per cent of the answers came within this time."""
        return 1000 * quantiles(self.waits_s, n=100)[percent - 1]

    def __str__(self) -> str:
        median, p90, p99 = (self.within_ms(percent) for percent in (50, 90, 99))
        return f"{len(self.waits_s)} answers, median {median:.1f} ms, p90 {p90:.1f} ms, p99 {p99:.1f} ms"


@contextmanager
def visiting(web: Web, addresses: Sequence[str]) -> Iterator[Visits]:
    """Inside, CLIENTS visitors look at one of these pages after the other, each at random."""
    visits = Visits()
    stop = threading.Event()

    def visit(number: int) -> None:
        choice = random.Random(number)
        while not stop.is_set():
            reply = web.get(choice.choice(addresses))
            visits.waits_s.append(reply.seconds)
            if reply.status != 200:
                visits.wrong.append(reply.status)
            time.sleep(PAUSE_S)

    clients = [threading.Thread(target=visit, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield visits
    finally:
        stop.set()
        for client in clients:
            client.join()
