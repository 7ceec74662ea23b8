"""The demo, from its start to every way it can end, as a process of its own below a path with a space."""

import http.client
import json
import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from shop.embedded.ports import LOOPBACK, free_port, is_free
from tests.failures.demo_run import DemoRun, copy_checkout, processes_of, remove_checkout, wait_until

PARTS = ("postgres", "valkey", "kafka", "web", "worker", "beat", "relay", "consumer")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = copy_checkout(tmp_path_factory.mktemp("some dir") / "larder shop")
    yield directory
    remove_checkout(directory)


def get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def assert_nothing_is_left(demo: DemoRun) -> None:
    assert processes_of(demo.checkout) == []
    assert is_free(port=demo.port)
    assert not (demo.checkout / ".larder" / "demo.json").exists()


def test_the_demo_serves_the_shop_and_says_how_to_reach_all_of_it(checkout: Path) -> None:
    with DemoRun(checkout, port=free_port()).wait_until_ready() as demo:
        facts, pids = demo.facts, demo.facts["pids"]

        assert f"Larder is ready at http://127.0.0.1:{demo.port}\n" in demo.output
        assert facts["url"] == f"http://127.0.0.1:{demo.port}"
        assert facts["admin_password"] in demo.output
        assert get(demo.port, "/") == get(demo.port, "/api/products") == get(demo.port, "/admin/login/") == 200
        assert redis.Redis.from_url(facts["redis_url"]).ping()
        with psycopg.connect(facts["database_url"]) as connection:
            assert connection.execute("SELECT count(*) FROM catalog_product").fetchone() == (40,)
        assert stat.S_IMODE((checkout / ".larder" / "demo.json").stat().st_mode) == 0o600
        assert all(psutil.pid_exists(pids[part]) for part in PARTS)
        assert tuple(pids) == PARTS
        host, _, kafka_port = facts["kafka_bootstrap_servers"].partition(":")
        assert psutil.Process(pids["kafka"]).net_connections("tcp")[0].laddr == (host, int(kafka_port))

        with DemoRun(checkout, port=free_port()) as second:
            assert second.process.wait(timeout=30) == 1
        assert f"A demo runs in this checkout already: {facts['url']}" in second.output


def test_a_demo_that_is_not_ready_in_time_is_not_left_to_run_beside_the_next(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_patience(demo: DemoRun, text: str) -> None:
        raise AssertionError(f"waited too long for {text}")

    demo = DemoRun(checkout, port=free_port())
    monkeypatch.setattr(DemoRun, "wait_for", lose_patience)

    with pytest.raises(AssertionError, match="waited too long"):
        demo.wait_until_ready()

    assert_nothing_is_left(demo)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_demo_and_leaves_nothing_behind(checkout: Path, number: int) -> None:
    with DemoRun(checkout, port=free_port()).wait_until_ready() as demo:
        code = demo.end(by=number)

    assert code == 0
    assert_nothing_is_left(demo)


@pytest.mark.parametrize("moment", ["  postgres", "  valkey", "  kafka", "  migrations", "  admin login"])
def test_a_signal_in_the_middle_of_the_start_leaves_nothing_behind(checkout: Path, moment: str) -> None:
    with DemoRun(checkout, port=free_port()) as demo:
        demo.wait_for(moment)
        code = demo.end(by=signal.SIGTERM)

    assert code == 0
    assert_nothing_is_left(demo)


def test_a_reader_that_goes_away_ends_the_demo(checkout: Path) -> None:
    with DemoRun(checkout, port=free_port()).wait_until_ready() as demo:
        demo.stop_reading()
        # The next line that it prints meets a closed pipe.
        psutil.Process(demo.facts["pids"]["valkey"]).kill()
        code = demo.process.wait(timeout=30)

    assert code == 0
    assert_nothing_is_left(demo)


def test_what_dies_is_started_again_on_its_port_and_demo_json_stays_true(checkout: Path) -> None:
    with DemoRun(checkout, port=free_port()).wait_until_ready() as demo:
        before = demo.facts
        for part in PARTS:
            psutil.Process(before["pids"][part]).kill()
        for part in PARTS:
            demo.wait_for(f"{part} answers again")
        after = demo.facts

        assert get(demo.port, "/") == 200
        assert after == before | {"pids": after["pids"]}
        for part in PARTS:
            assert after["pids"][part] != before["pids"][part]
            assert psutil.pid_exists(after["pids"][part])
        demo.end()

    assert_nothing_is_left(demo)


def test_a_killed_demo_is_ended_by_its_watchdog(checkout: Path) -> None:
    with DemoRun(checkout, port=free_port()).wait_until_ready() as demo:
        demo.end(by=signal.SIGKILL)

    wait_until(lambda: processes_of(checkout) == [], limit=20)
    assert_nothing_is_left(demo)


def test_a_second_demo_recovers_when_the_first_was_killed_with_its_watchdog(checkout: Path) -> None:
    port = free_port()
    with DemoRun(checkout, port=port).wait_until_ready() as killed:
        recorded = json.loads((checkout / ".larder" / "processes.json").read_text())["processes"]
        watchdog = next(entry["pid"] for entry in recorded if entry["name"] == "watchdog")
        psutil.Process(killed.process.pid).suspend()
        psutil.Process(watchdog).kill()
        # The web server's parent goes too, so that its worker holds the port as an orphan.
        psutil.Process(killed.facts["pids"]["web"]).kill()
        killed.end(by=signal.SIGKILL)
    assert processes_of(checkout) != []

    with DemoRun(checkout, port=port).wait_until_ready() as second:
        assert "An earlier demo was killed and left postgres" in second.output
        assert get(port, "/") == 200
        second.end()

    assert_nothing_is_left(second)


def test_a_busy_port_is_named_with_its_holder_and_the_way_out(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with DemoRun(checkout, port=port) as demo:
            assert demo.process.wait(timeout=30) == 1

    assert f"Port {port} is in use by" in demo.output
    assert f"(pid {os.getpid()})" in demo.output
    assert f"make demo PORT={port + 1}" in demo.output
    assert processes_of(checkout) == []


def test_the_demo_is_refused_when_debug_is_off(checkout: Path) -> None:
    with DemoRun(checkout, port=free_port(), debug="0") as demo:
        assert demo.process.wait(timeout=30) == 1

    assert "DEBUG=1" in demo.output
