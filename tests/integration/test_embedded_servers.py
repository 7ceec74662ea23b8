"""The embedded servers, started for real, in directories whose names have a space."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.embedded.lifeline import Lifeline
from shop.embedded.postgres import EmbeddedPostgres
from shop.embedded.process import Identity, identify, is_alive
from shop.embedded.server import ServerFailedError
from shop.embedded.valkey import EmbeddedValkey

Valkeys = Callable[..., EmbeddedValkey]
Postgreses = Callable[..., EmbeddedPostgres]


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, connect_timeout=2, autocommit=True)


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url, socket_timeout=2.0, retry=Retry(NoBackoff(), 0))


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_postgres_keeps_its_port_and_its_data_over_a_restart(private_postgres: Postgreses, stop: str) -> None:
    server = private_postgres(durable=True)
    with connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    url, first_pid = server.url, server.pid

    getattr(server, stop)()
    assert server.pid is None
    server.restart()

    assert server.url == url
    assert server.pid not in {None, first_pid}
    with connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_postgres_refuses_whoever_lacks_the_password(private_postgres: Postgreses) -> None:
    server = private_postgres()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(server.url.replace(server.url.split("@")[0], "postgres://larder:guess"))


def test_postgres_sorts_and_folds_case_beyond_ascii(private_postgres: Postgreses) -> None:
    with connect(private_postgres().url) as connection:
        row = connection.execute("SELECT lower('ÉCLAIR'), current_setting('TimeZone')").fetchone()

    assert row == ("éclair", "UTC")


def test_postgres_ends_what_an_earlier_start_left_in_its_directory(private_postgres: Postgreses) -> None:
    forgotten = private_postgres()
    left_running = identify(pid=forgotten.pid or 0)
    assert left_running is not None

    successor = EmbeddedPostgres(forgotten.directory, durable=False)
    successor.start()
    successor.wait_until_ready()

    assert not is_alive(left_running)
    assert successor.pid is not None
    successor.stop()


def test_postgres_starts_though_its_old_pid_belongs_to_another_process(private_postgres: Postgreses) -> None:
    server = private_postgres()
    server.kill()
    pid_file = server.home / "data" / "postmaster.pid"
    pid_file.write_text("\n".join(["1", *pid_file.read_text().split("\n")[1:]]))

    server.restart()

    assert server.pid is not None


def test_valkey_forgets_everything_when_killed_unless_it_is_persistent(private_valkey: Valkeys) -> None:
    forgetful, faithful = private_valkey(), private_valkey(persistent=True, password=True)
    for server in (forgetful, faithful):
        client(server).set("kept", 7)
        if server is faithful:
            assert client(server).waitaof(num_local=1, num_replicas=0, timeout=2000)
        server.kill()
        server.restart()

    assert client(forgetful).get("kept") is None
    assert client(faithful).get("kept") == b"7"


def test_valkey_with_a_password_refuses_whoever_lacks_it(private_valkey: Valkeys) -> None:
    server = private_valkey(password=True)

    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, socket_timeout=2, retry=Retry(NoBackoff(), 0)).ping()


def test_valkey_evicts_only_what_has_a_ttl(private_valkey: Valkeys) -> None:
    settings = client(private_valkey()).config_get("maxmemory*")

    assert settings["maxmemory-policy"] == "volatile-lru"
    assert settings["maxmemory"] == str(256 * 1024 * 1024)


def test_a_paused_valkey_is_silent_and_answers_after_it_resumes(private_valkey: Valkeys) -> None:
    server = private_valkey()
    connection = client(server)
    connection.ping()

    server.pause()
    with pytest.raises(redis.TimeoutError):
        connection.ping()
    server.resume()

    assert client(server).ping()


def test_a_paused_server_can_be_stopped(private_valkey: Valkeys) -> None:
    server = private_valkey()
    server.pause()

    server.stop()

    assert server.pid is None


def test_valkey_can_answer_errors_on_open_connections_until_told_otherwise(private_valkey: Valkeys) -> None:
    server = private_valkey()
    connection = client(server)
    connection.set("key", 1)

    server.answer_errors()
    with pytest.raises(redis.ResponseError):
        connection.get("key")
    server.answer_properly()

    assert connection.get("key") == b"1"


def test_valkey_can_refuse_writes_while_it_answers_reads(private_valkey: Valkeys) -> None:
    server = private_valkey()
    connection = client(server)
    connection.set("key", 1)

    server.refuse_writes()
    with pytest.raises(redis.OutOfMemoryError):
        connection.set("key", 2)
    assert connection.get("key") == b"1"
    server.answer_properly()

    assert connection.set("key", 2)


def test_a_server_that_cannot_start_says_why(tmp_path: Path, private_valkey: Valkeys) -> None:
    taken = private_valkey().port
    server = EmbeddedValkey(tmp_path / "second")
    server.port = taken
    server.start()

    with pytest.raises(ServerFailedError, match="already in use"):
        server.wait_until_ready()


def test_a_process_with_a_recycled_pid_is_not_taken_for_the_old_one(private_valkey: Valkeys) -> None:
    now = identify(pid=private_valkey().pid or 0)
    assert now is not None

    assert is_alive(now)
    assert not is_alive(Identity(pid=now.pid, created=now.created - 60, command=now.command))
    assert not is_alive(Identity(pid=now.pid, created=now.created, command=("something", "else")))


def test_a_server_in_the_place_of_a_deleted_one_starts_afresh(tmp_path: Path, lifeline: Lifeline) -> None:
    directory = tmp_path / "postgres"
    first = EmbeddedPostgres(directory, durable=False, lifeline=lifeline)
    first.start()
    first.wait_until_ready()
    first.stop()
    shutil.rmtree(directory)

    second = EmbeddedPostgres(directory, durable=False, lifeline=lifeline)
    try:
        second.start()
        second.wait_until_ready()
        assert second.is_running()
    finally:
        second.remove()
        shutil.rmtree(first.home, ignore_errors=True)
