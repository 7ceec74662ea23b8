"""What beat sends: tasks that workers know, which do not pile up and are not run twice before their limit is over."""

import os
import subprocess
import sys

import pytest
from celery.schedules import crontab
from django.conf import settings

from shop.celery import DAILY, SHORT, app

ENTRIES = app.conf.beat_schedule
ASK = """
import django
django.setup()
from catalog.tasks import recompute_related
print(recompute_related.app.main, recompute_related.app.conf.broker_url)
"""
ENVIRONMENT = os.environ | {"DJANGO_SETTINGS_MODULE": "shop.settings"}
by_task = pytest.mark.parametrize("task", [*SHORT, *DAILY])


def limit(task: str) -> float:
    own = app.tasks[task].time_limit
    return float(app.conf.task_time_limit if own is None else own)


@pytest.fixture(autouse=True)
def tasks_of_all_apps() -> None:
    app.loader.import_default_modules()


@by_task
def test_a_worker_knows_every_task_that_beat_sends(task: str) -> None:
    assert ENTRIES[task]["task"] == task
    assert task in app.tasks


@by_task
def test_what_waited_for_longer_than_a_period_is_dropped(task: str) -> None:
    period = ENTRIES[task]["schedule"]
    seconds = 86_400 if isinstance(period, crontab) else period.total_seconds()

    assert 0 < ENTRIES[task]["options"]["expires"] <= seconds


@by_task
def test_a_task_is_told_of_its_end_before_it_is_killed_and_nobody_runs_it_again_until_then(task: str) -> None:
    soft = app.tasks[task].soft_time_limit or app.conf.task_soft_time_limit

    assert 0 < soft < limit(task) < app.conf.broker_transport_options["visibility_timeout"]


def test_the_daily_tasks_leave_a_process_to_the_others() -> None:
    assert app.conf.worker_concurrency > len(DAILY)


def test_a_task_that_a_process_of_django_sends_goes_to_the_shop_s_broker() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, timeout=60, env=ENVIRONMENT
    )

    assert asked.stdout.split() == ["larder", settings.CELERY_BROKER_URL]


def test_sessions_that_have_run_out_are_deleted_every_day() -> None:
    entry = ENTRIES["shop.visitors.tasks.delete_expired_sessions"]

    assert entry["schedule"] == crontab(hour=2, minute=10)
