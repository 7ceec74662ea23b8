"""The task queue's application, which the worker and beat run: `python -m celery -A shop.celery worker`, `... beat`.

Invariants, proved by tests/failures/test_queue*.py and test_beat.py:
- A task is acknowledged when it has ended, not when it begins: a worker that dies in the middle leaves it to another.
  So a task may run twice and has to bear that. (Whoever asks for a delay makes it shorter than VISIBILITY_S.)
- What beat sent and nobody took within its period is dropped: after an outage nothing is run twice to catch up.
- No task runs beyond its time limit, and none is handed out a second time before that.
- Queues lie below a prefix of their own in Redis, without a TTL: volatile-lru never evicts a task.

docs/adr/0009-the-queue.md says why, and what each crash does.
"""

import dbm.dumb
import os
import shelve
import time
from collections.abc import Mapping, MutableMapping
from datetime import timedelta
from typing import Any, Final, cast

from celery import Celery
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from celery.signals import task_received, worker_process_init
from celery.worker.control import inspect_command
from django.conf import settings
from kombu.exceptions import KombuError

LIMIT_S: Final = 60.0
DAILY_LIMIT_S: Final = 900.0
# How long before its limit a task is asked to end, by an exception that rolls its transaction back.
NOTICE_S: Final = 10.0
# Redis keeps what is handed out, and hands it out again after this long. Shorter than the longest task, it would be
# run by two workers at once; longer, a task waits for nothing when its worker was killed.
VISIBILITY_S: Final = 2 * DAILY_LIMIT_S
# Four for the daily tasks, should all be late at once, and one for the short ones.
PROCESSES: Final = 5
# A broker that is silent is given up on after three of these: whoever sends a task waits 6 s, not for ever.
SOCKET_TIMEOUT_S: Final = 2.0


# How often, in seconds: what is past its time waits for that long at most.
SHORT: Final = {
    "catalog.tasks.run_flash_sales": 1.0,
    "analytics.tasks.flush_views": 2.0,
    "cart.tasks.settle_payments": 5.0,
    "inventory.tasks.expire_reservations": 10.0,
    "analytics.tasks.update_popularity": 30.0,
    "shop.events.tasks.prune_change_log": 60.0,
    "analytics.tasks.prune_batches": 6 * 3600.0,
}
# At ten past this hour (UTC), or up to twelve hours later when nobody could take it.
DAILY: Final = {
    "shop.visitors.tasks.delete_expired_sessions": 2,
    "cart.tasks.delete_forgotten_carts": 3,
    "catalog.tasks.recompute_related": 4,
    "analytics.tasks.recompute_also_bought": 5,
}
DAILY_EXPIRES_S: Final = 12 * 3600.0


def _schedule() -> dict[str, Any]:
    short = {
        task: {"task": task, "schedule": timedelta(seconds=period), "options": {"expires": period}}
        for task, period in SHORT.items()
    }
    daily = {
        task: {"task": task, "schedule": crontab(hour=str(hour), minute="10"), "options": {"expires": DAILY_EXPIRES_S}}
        for task, hour in DAILY.items()
    }
    return short | daily


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
app = Celery("larder")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="UTC",
    accept_content=["json"],
    task_serializer="json",
    # Nobody asks for results: what a task did stands in the database.
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=LIMIT_S - NOTICE_S,
    task_time_limit=LIMIT_S,
    task_annotations={
        task: {"soft_time_limit": DAILY_LIMIT_S - NOTICE_S, "time_limit": DAILY_LIMIT_S} for task in DAILY
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1},
    worker_concurrency=PROCESSES,
    # What waits inside a busy process can't be run by an idle one.
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Redis that is full or still loading answers with errors; a worker waits for it as for one that is away.
    broker_channel_error_retry=True,
    broker_transport_options={
        "global_keyprefix": f"{settings.CACHE_NAMESPACE}-queue:",
        "visibility_timeout": VISIBILITY_S,
        "socket_timeout": SOCKET_TIMEOUT_S,
        "socket_connect_timeout": SOCKET_TIMEOUT_S,
    },
    beat_schedule=_schedule(),
    # Beat writes down what it has sent each time: killed, it would send a daily task again.
    beat_sync_every=1,
    beat_scheduler="shop.celery:Scheduler",
)
app.autodiscover_tasks()
# Visitors are no app of Django's.
app.autodiscover_tasks(["shop.visitors"])


class Scheduler(PersistentScheduler):
    """Celery's own, but for the files in which it remembers what it has sent: Python itself writes them.

    The system's database library, which `shelve` would take, differs between machines; one of them keeps what it was
    told in memory until it is closed, and a beat that is killed closes nothing.
    """

    def _open_schedule(self) -> shelve.Shelf[Any]:
        name: str = self.schedule_filename  # type: ignore[attr-defined]  # the types of Celery have forgotten it
        files = dbm.dumb.open(name, "c")  # noqa: SIM115  the scheduler closes it when it ends
        return shelve.Shelf(cast("MutableMapping[bytes, bytes]", files), writeback=True)


@worker_process_init.connect
def _repair(**told: Any) -> None:
    """Apply what a process left in the log that died between a commit and its invalidation, as shop/wsgi.py does.

    Each process of the pool asks: one that was killed at its time limit may be such a process, and its successor mends
    what it left. The parent must not, since threads don't survive a fork.
    """
    from shop.events.repair import REPAIR  # noqa: PLC0415  models can be imported only once Django is set up

    REPAIR.ask()


class BrokerError(Exception):
    """The queue's Redis does not answer, or answers with an error: the message says which."""


class Ticks:
    """When this worker last took a task that beat had sent; its own start counts as one."""

    latest = time.monotonic()


@task_received.connect
def _note_tick(request: Any, **told: Any) -> None:
    if request.request_dict.get("celery_beat_task"):
        Ticks.latest = time.monotonic()


@inspect_command()
def seconds_without_tick(state: Any, **told: Any) -> float:
    """What a worker answers to `ask_workers`."""
    return time.monotonic() - Ticks.latest


def ask_workers(*, timeout: float) -> Mapping[str, float]:
    """Each worker that answers within `timeout` seconds, and for how many seconds it has got nothing from beat.

    Raises BrokerError. It is answered beside the tasks, so a worker whose processes are all busy answers too.
    """
    with app.connection_for_write() as connection:
        errors: tuple[type[BaseException], ...] = (
            KombuError,
            *connection.connection_errors,
            *connection.channel_errors,
        )
        try:
            replies = app.control.broadcast("seconds_without_tick", connection=connection, reply=True, timeout=timeout)
        except errors as error:
            raise BrokerError(str(error)) from error
    return {worker: seconds for reply in replies or [] for worker, seconds in reply.items()}
