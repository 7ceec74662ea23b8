"""Checks of the task queue: does its Redis answer, does a worker, and does beat send what is due.

One question answers all three, within its time limit: workers tell for how long they have heard nothing from beat.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from django.conf import settings

from shop.backstage.doctor import Finding, Verdict, masked
from shop.celery import BrokerError, ask_workers

TIMEOUT_S: Final = 2.0
# Something is due every few seconds.
LONGEST_SILENCE_S: Final = 60.0
MEANWHILE: Final = "Meanwhile the shop sells, but what is reserved and not paid stays reserved."


def task_queue() -> Iterator[Finding]:
    """All findings about the queue; one alone when its Redis does not answer."""
    try:
        silences = ask_workers(timeout=TIMEOUT_S)
    except BrokerError as error:
        remedy = f"Start the server, or correct CELERY_BROKER_URL. {MEANWHILE}"
        yield Finding("queue", Verdict.WRONG, f"does not answer: {error}", remedy)
        return
    yield Finding("queue", Verdict.OK, f"{masked(settings.CELERY_BROKER_URL)} answers")
    yield from queue_findings(silences=silences)


def queue_findings(*, silences: Mapping[str, float]) -> Iterator[Finding]:
    """`silences`: the workers, and for how many seconds each has got nothing from beat."""
    if not silences:
        remedy = f"Start one: `python -m celery -A shop.celery worker`. {MEANWHILE}"
        yield Finding("worker", Verdict.WRONG, f"none answered within {TIMEOUT_S:.0f} s", remedy)
        return
    yield Finding("worker", Verdict.OK, ", ".join(sorted(silences)))
    shortest = min(silences.values())
    detail = f"a worker heard from it {shortest:.0f} s ago"
    if shortest <= LONGEST_SILENCE_S:
        yield Finding("beat", Verdict.OK, detail)
    else:
        remedy = f"Start it, and only one: `python -m celery -A shop.celery beat`. {MEANWHILE}"
        yield Finding("beat", Verdict.WRONG, f"silent: {detail}", remedy)
