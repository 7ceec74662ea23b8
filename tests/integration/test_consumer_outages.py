"""While Redis or the database is away the consumer waits in its group, and applies what came once it is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import until
from tests.goods import Goods
from tests.integration.cached_prices import warm, write
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import Stream, is_dead, last_change, unfinished
from tests.integration.own_valkey import TIMEOUT_S

pytestmark = pytest.mark.usefixtures("goods", "empty_log")

SOON_S = 10.0
# Longer than a call takes that is not answered.
WAITS_S = 1.5 * TIMEOUT_S


class Background:
    """A consumer at work in a thread, as in its process."""

    def __init__(self, stream: Stream) -> None:
        self._consumer = stream.consumer()
        self._stream = stream
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stream.stop.is_set():
            self._consumer.step()
        self._consumer.close()
        connection.close()

    def end(self) -> float:
        """Seconds that it took to end."""
        started = monotonic()
        self._stream.stop.set()
        self._thread.join(SOON_S)
        assert not self._thread.is_alive()
        return monotonic() - started


def members_of(stream: Stream) -> int:
    return sum(len(members) for (_, group), members in stream.broker._members.items() if group == "caches")


@pytest.mark.parametrize("fault", ["paused", "answers errors", "killed"])
def test_while_redis_is_away_the_consumer_waits_in_its_group_and_applies_what_came(
    goods: Goods, stream: Stream, own_valkey: EmbeddedValkey, fault: str
) -> None:
    break_it = {"paused": own_valkey.pause, "answers errors": own_valkey.answer_errors, "killed": own_valkey.kill}
    mend_it = {"paused": own_valkey.resume, "answers errors": own_valkey.answer_properly, "killed": own_valkey.restart}
    warm(goods.id)
    write(goods.id, "7.77")
    row = last_change().pk
    break_it[fault]()
    working = Background(stream)
    until(lambda: members_of(stream) == 1, within=SOON_S)

    stream.relay().step()
    with pytest.raises(AssertionError):
        until(lambda: not unfinished(), within=WAITS_S)
    waits_as = members_of(stream)
    mend_it[fault]()
    until(lambda: not unfinished(), within=SOON_S)
    working.end()

    assert waits_as == 1
    assert last_change().pk == row
    assert is_dead(goods.id)
    assert stream.uncommitted() == []


def test_a_consumer_that_waits_for_redis_ends_at_once_when_it_is_told_to(
    goods: Goods, stream: Stream, own_valkey: EmbeddedValkey
) -> None:
    write(goods.id, "7.77")
    own_valkey.pause()
    working = Background(stream)
    stream.relay().step()
    with pytest.raises(AssertionError):
        until(lambda: not unfinished(), within=WAITS_S)

    took_s = working.end()
    own_valkey.resume()

    assert took_s < TIMEOUT_S + 4
    assert len(stream.uncommitted()) == 1, "it comes again, to whoever is next"


@contextmanager
def database_away() -> Iterator[None]:
    """PostgreSQL ends every connection to this database but the test's own, and refuses new ones."""
    (own_pid,) = run_sql("SELECT pg_backend_pid()")[0]
    settings = connection.get_connection_params()
    names = {name: settings[name] for name in ("user", "password", "host", "port") if name in settings}
    database = sql.Identifier(settings["dbname"])
    with psycopg.connect(**names, dbname="postgres", autocommit=True) as warden:
        warden.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        try:
            warden.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                [settings["dbname"], own_pid],
            )
            yield
        finally:
            warden.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))


def test_while_the_database_is_away_the_consumer_waits_and_finishes_what_came(goods: Goods, stream: Stream) -> None:
    warm(goods.id)
    working = Background(stream)
    until(lambda: members_of(stream) == 1, within=SOON_S)
    write(goods.id, "7.77")
    with database_away():
        stream.relay().step()
        with pytest.raises(AssertionError):
            until(lambda: not unfinished(), within=WAITS_S)
        waits_as = members_of(stream)
    until(lambda: not unfinished(), within=SOON_S)
    working.end()

    assert waits_as == 1
    assert is_dead(goods.id)
    assert stream.uncommitted() == []
