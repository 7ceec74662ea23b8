"""docker-compose.yml without an engine: every command of the shop and of its servers, and every health check, run here.

The shop's processes run from a folder that holds what the image holds, with the environment of the file alone. Each
health check has its control: it fails once its service has been stopped. docs/docker.md lists what this leaves out.
"""

import os
import signal
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest
import redis

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.listening_server import ListeningServer
from shop.embedded.process import Child
from tests.compose.compose_file import SERVERS, seconds
from tests.compose.dockerfile import last_stage
from tests.compose.native_servers import ComposedPostgres, ComposedValkey
from tests.compose.native_shop import Machine, image_environment
from tests.failures.web import until

FULL = os.environ.get("FULL") == "1"
RUNNING = ("web", "worker", "beat", "relay", "consumer")
SOON_S = 30.0
LOWER_A_PRICE = "UPDATE catalog_price SET amount = amount - 0.01 WHERE product_id = 1"
UNFINISHED = "SELECT count(*) FROM events_change WHERE applied_at IS NULL"


def files(directory: Path) -> dict[Path, int]:
    """What is there, and when each was written."""
    return {file: file.stat().st_mtime_ns for file in directory.rglob("*") if file.is_file()}


def prepare_image(machine: Machine) -> None:
    """What the Dockerfile runs within /app."""
    lines = [line for line in last_stage("RUN") if "manage.py" in line]
    assert len(lines) == 1
    command = ["/bin/sh", "-c", lines[0]]
    subprocess.run(
        command, cwd=machine.directory, env=image_environment(), capture_output=True, check=True, timeout=120
    )


def fails(machine: Machine, name: str) -> bool:
    return machine.check(name) != 0


def finished(machine: Machine, name: str, child: Child) -> None:
    assert child.popen.wait(timeout=120) == 0, machine.log(name)


def bear_an_outage(machine: Machine, server: ListeningServer, *, hurt: Sequence[str], unhurt: Sequence[str]) -> None:
    """While the server is away the `hurt` are unhealthy, and healthy again by themselves when it is back."""
    server.stop()
    for name in hurt:
        until(partial(fails, machine, name), within=SOON_S)
    assert [name for name in unhurt if fails(machine, name)] == []
    server.start()
    server.wait_until_ready()
    for name in hurt:
        machine.until_healthy(name)


def stop(machine: Machine, running: Mapping[str, Child]) -> None:
    """As the engine does it: each is asked to end, and given its time."""
    for child in running.values():
        child.popen.send_signal(signal.SIGTERM)
    for name, child in running.items():
        assert child.popen.wait(seconds(machine.services[name]["stop_grace_period"])) == 0, machine.log(name)


@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_every_command_and_every_health_check_works_and_fails_when_it_should(
    machine: Machine, postgres: ComposedPostgres, valkey: ComposedValkey, kafka: EmbeddedKafka
) -> None:
    prepare_image(machine)
    for name in SERVERS:
        assert machine.check(name) == 0, name
    before = files(machine.directory)

    # The next `up` does it again.
    for _ in range(2 if FULL else 1):
        finished(machine, "init", machine.start("init"))
    assert "product-updates: 3 partitions" in machine.log("init")
    running = {name: machine.start(name) for name in RUNNING}
    for name in RUNNING:
        machine.until_healthy(name)

    with urllib.request.urlopen(machine.here("http://127.0.0.1:8000/"), timeout=20) as page:  # noqa: S310  our own server
        assert page.status == 200
    with psycopg.connect(postgres.url, autocommit=True) as by_hand:
        by_hand.execute(LOWER_A_PRICE)
        until(lambda: by_hand.execute(UNFINISHED).fetchone() == (0,), within=SOON_S)
        assert by_hand.execute("SHOW track_commit_timestamp").fetchone() == ("on",)
    with redis.Redis.from_url(valkey.url, decode_responses=True) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}

    if FULL:
        bear_an_outage(machine, valkey, hurt=("worker",), unhurt=("web", "relay"))
        bear_an_outage(machine, postgres, hurt=("web", "relay", "consumer"), unhurt=("worker", "beat"))
    stop(machine, running)
    for file in (machine.directory.parent / "beat").iterdir():
        # A minute and more passes.
        os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 120))
    for name in RUNNING:
        until(partial(fails, machine, name), within=SOON_S)
    assert files(machine.directory) == before
    for server in (kafka, valkey, postgres):
        server.stop()
        assert machine.check(server.name) != 0
