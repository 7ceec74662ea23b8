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

    @property
    def p99_ms(self) -> float:
        return 1000 * quantiles(self.waits_s, n=100)[98]

    def __str__(self) -> str:
        middle = 1000 * quantiles(self.waits_s, n=2)[0]
        return f"{len(self.waits_s)} answers, median {middle:.1f} ms, p99 {self.p99_ms:.1f} ms"


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
