"""`manage.py station_alive`: a sign of life counts if it is young, of this host, and of what is asked for."""

import os
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shop.events.station import SILENT_AFTER, StationSign, tell
from tests.compose.compose_file import ROOT

HERE = socket.gethostname()


def sign(*, name: str = "relay", host: str = HERE, seconds_ago: float = 0.0) -> None:
    tell(name=name, instance=f"{host}:17", sign=StationSign(3))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_station SET seen_at = seen_at - make_interval(secs => %s)", [seconds_ago])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["relay", "consumer"])
def test_one_that_works_here_is_alive(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sign(name=name)

    call_command("station_alive", name)

    assert capsys.readouterr().out == f"{name} {HERE}:17 works.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        {"name": "consumer"},
        {"host": "elsewhere"},
        {"host": f"{HERE}-2"},
        {"seconds_ago": SILENT_AFTER.total_seconds() + 1},
    ],
    ids=["of another name", "of another host", "of a host whose name begins alike", "silent"],
)
def test_any_other_sign_does_not_count(told: dict[str, object]) -> None:
    sign(**told)  # type: ignore[arg-type]

    with pytest.raises(CommandError, match="No relay of"):
        call_command("station_alive", "relay")


def test_it_fails_in_a_line_while_the_database_is_away() -> None:
    environment = os.environ | {"DATABASE_URL": "postgres://larder@127.0.0.1:1/larder"}

    ended = subprocess.run(
        [sys.executable, "manage.py", "station_alive", "relay"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: The database does not tell: ")
    assert "Traceback" not in ended.stderr
