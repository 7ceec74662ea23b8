"""Beat's memory outlives a kill: what was written down is there for somebody who opens the files at that moment."""

import dbm.dumb
import shelve
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, cast

from shop.celery import Scheduler, app


def test_what_beat_has_written_down_is_in_the_files_while_they_are_open(tmp_path: Path) -> None:
    name = str(tmp_path / "schedule")
    scheduler = Scheduler(app=app, schedule_filename=name)
    scheduler.sync()

    with dbm.dumb.open(name, "r") as files:
        remembered: shelve.Shelf[Any] = shelve.Shelf(cast("MutableMapping[bytes, bytes]", files))
        assert set(remembered["entries"]) == set(scheduler.schedule)

    scheduler.close()


def test_the_shop_s_beat_remembers_so() -> None:
    assert app.conf.beat_scheduler == "shop.celery:Scheduler"
