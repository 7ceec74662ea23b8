"""No message stops the stream: what can't be read is put aside with its reason, and its row stays unfinished."""

import json
import os
import secrets
from collections.abc import Mapping
from threading import Event as Flag
from time import monotonic

import pytest

from shop.caching.clock import SystemClock
from shop.events import letters, subscriptions
from shop.events.consumer import Consumer
from shop.events.identity import database_id
from shop.events.kafka_transport import KafkaTransport
from shop.events.messages import Event, pack
from shop.events.transport import Message, Received
from tests.goods import Goods
from tests.integration.cached_prices import version, warm, write
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import DEAD, Stream, is_dead, last_change, make_due, unfinished

pytestmark = pytest.mark.usefixtures("goods", "empty_log")

SOON_S = 30.0
MALFORMED = {
    "empty": b"",
    "not JSON": b"\xff{",
    "not an object": b"[1]",
    "nothing in it": b"{}",
    "deep": b"[" * 200_000,
    "numbers too large": b'{"schema": 1, "type": "changed", "id": 1e400}',
}


def broken(**changed: object) -> bytes:
    """An event of the database in force that is right but for this."""
    return json.dumps(json.loads(pack(right_event())) | changed).encode()


def right_event() -> Event:
    row = last_change()
    return Event(
        id=row.pk,
        database=database_id(),
        type="changed",
        entity="price",
        ids=tuple(row.ids),
        versions=tuple(row.versions),
        transaction=row.transaction,
        committed_at=0,
        published_at=0,
    )


def headers_of(one: Received) -> dict[str, str]:
    return {name: value.decode() for name, value in one.message.headers}


def take(stream: Stream) -> Consumer:
    working = stream.consumer()
    working.step()
    working.close()
    return working


@pytest.mark.parametrize("value", MALFORMED.values(), ids=list(MALFORMED))
def test_what_is_malformed_becomes_a_dead_letter_and_the_stream_goes_on(
    goods: Goods, stream: Stream, value: bytes
) -> None:
    warm(goods.id)
    write(goods.id, "7.77")
    stream.publish(Message(b"poison", value, (("from", b"elsewhere"),)))
    stream.relay().step()

    working = take(stream)
    (dead,) = stream.waiting(DEAD)

    assert (working.handled, working.dead_letters) == (1, 1)
    assert is_dead(goods.id)
    assert stream.uncommitted() == []
    assert (dead.message.key, dead.message.value) == (b"poison", value)
    headers = headers_of(dead)
    assert headers["reason"].startswith("malformed: ")
    assert (headers["from"], headers["offset"]) == ("elsewhere", "0")
    assert headers["partition"].isdigit()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ids": "all"},
        {"versions": []},
        {"id": 2**63},
        {"versions": [10**30]},
        {"transaction": 2**64},
        {"committed_at": 10**17},
        {"entity": "e" * 41},
        {"entity": "pri\0ce"},
        {"type": "flash_sale_started"},
    ],
    ids=str,
)
def test_what_the_database_could_not_hold_is_malformed_and_its_row_stays_unfinished(
    goods: Goods, stream: Stream, wrong: dict[str, object]
) -> None:
    """The consumer would wait for a database that says no for ever."""
    write(goods.id, "7.77")
    stream.publish(Message(b"poison", broken(**wrong)))

    working = take(stream)

    assert (working.handled, working.dead_letters) == (0, 1)
    assert unfinished() == [last_change().pk]
    assert stream.uncommitted() == []


def test_an_event_of_a_newer_schema_is_a_dead_letter_too_and_its_row_stays_unfinished(
    goods: Goods, stream: Stream
) -> None:
    write(goods.id, "7.77")
    value = broken(schema=2)
    stream.publish(Message(b"newer", value))

    working = take(stream)
    (dead,) = stream.waiting(DEAD)

    assert (working.dead_letters, working.ignored) == (1, 0)
    assert headers_of(dead)["reason"].startswith("newer schema: schema 2")
    assert dead.message.value == value
    assert unfinished() == [last_change().pk]


def test_an_event_of_a_newer_schema_that_comes_again_is_put_aside_once(stream: Stream) -> None:
    working = stream.consumer()
    for published_at in range(4):
        newer = json.dumps({"schema": 2, "type": "changed", "published_at": published_at}).encode()
        stream.publish(*[Message(key, newer) for key in (b"17", b"17", b"18")])
        working.step()
    working.close()

    assert sorted(one.message.key for one in stream.waiting(DEAD)) == [b"17", b"18"]
    assert (working.dead_letters, working.ignored) == (2, 10)


def test_of_the_events_that_were_put_aside_only_the_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_BURIED", 2)
    buried = letters.Buried()

    buried.add([b"17", b"18"])
    buried.add([b"19"])

    assert [key in buried for key in (b"17", b"18", b"19")] == [False, True, True]


def test_an_event_of_an_unknown_type_is_passed_over_and_its_row_stays_unfinished(goods: Goods, stream: Stream) -> None:
    write(goods.id, "7.77")
    stream.publish(Message(b"news", broken(type="price_printed")))

    working = take(stream)

    assert (working.handled, working.dead_letters, working.ignored) == (0, 0, 1)
    assert stream.waiting(DEAD) == []
    assert stream.uncommitted() == []
    assert unfinished() == [last_change().pk]


@pytest.mark.parametrize("known", [False, True], ids=["asks who knows it", "control: takes what nobody subscribed to"])
def test_a_change_of_an_entity_that_nobody_here_knows_is_left_to_a_release_that_does(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """1. A new release logs a new entity; 2. a consumer of the old one gets it; 3. it has nothing to invalidate."""
    if known:
        monkeypatch.setattr(letters, "is_known", lambda entity: True)
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " VALUES (700, 'supplier', 'changed', '{3}', '{1}', '', clock_timestamp())"
    )
    stream.relay().step()

    old = take(stream)
    left, row = unfinished(), last_change().pk
    invalidated: list[int] = []

    def invalidate(versions: Mapping[int, int]) -> bool:
        invalidated.extend(versions)
        return True

    monkeypatch.setitem(subscriptions._appliers, "supplier", [invalidate])
    make_due()
    stream.relay().step()
    new = take(stream)

    assert (old.handled, old.ignored) == ((1, 0) if known else (0, 1))
    assert left == ([] if known else [row])
    assert (new.handled, invalidated) == ((0, []) if known else (1, [3]))
    assert unfinished() == []


def test_news_of_an_entity_that_no_cache_shows_are_finished(stream: Stream) -> None:
    run_sql("SELECT larder_reset('restore')")
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " SELECT 700, 'flash_sale', operation, '{3}', '{1}', '', clock_timestamp()"
        " FROM unnest(ARRAY['changed', 'started', 'ended']) AS operation"
    )
    stream.relay().step()

    working = take(stream)

    assert (working.handled, working.ignored) == (4, 0)
    assert unfinished() == []


def test_a_batch_of_nothing_but_poison_is_committed(stream: Stream) -> None:
    stream.publish(*(Message(str(number).encode(), b"{") for number in range(50)))

    working = take(stream)

    assert working.dead_letters == len(stream.waiting(DEAD)) == 50
    assert stream.uncommitted() == []


def test_a_letter_that_is_too_long_is_cut_and_says_so(stream: Stream) -> None:
    value, header = b"x" * 600_000, b"h" * 600_000
    stream.publish(Message(b"k" * 600_000, value, (("long", header),)))

    take(stream)
    (dead,) = stream.waiting(DEAD)

    assert value.startswith(dead.message.value)
    assert headers_of(dead)["cut"] == "600000 bytes"
    assert len(repr(dead.message)) < 600_000


def test_a_long_reason_is_cut(stream: Stream) -> None:
    stream.publish(Message(b"", json.dumps({"schema": 1, "type": ["x"] * 5000}).encode()))
    stream.publish(Message(b"", b'{"schema": 1, "type": "changed"}'))

    take(stream)

    assert all(len(headers_of(one)["reason"]) <= 500 for one in stream.waiting(DEAD))


@pytest.fixture
def kafka() -> tuple[KafkaTransport, str]:
    topic = f"letters-{secrets.token_hex(6)}"
    return KafkaTransport(servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"], topics=(topic, f"{topic}.dlq")), topic


@pytest.mark.kafka
def test_on_the_broker_poison_of_any_size_becomes_a_dead_letter(
    goods: Goods, kafka: tuple[KafkaTransport, str]
) -> None:
    transport, topic = kafka
    write(goods.id, "7.77")
    largest = b"x" * 1_048_480
    publisher = transport.open_publisher(topic=topic)
    publisher.publish([Message(b"1", b""), Message(b"2", largest), Message(b"3", pack(right_event()))])
    publisher._producer.send(topic, key=b"4", value=None).get(timeout=5)  # type: ignore[attr-defined]
    publisher.close()
    working = Consumer(
        open_subscriber=lambda: transport.open_subscriber(topic=topic, group=topic),
        open_dead_letters=lambda: transport.open_publisher(topic=f"{topic}.dlq"),
        clock=SystemClock(),
        stop=Flag(),
    )

    deadline = monotonic() + SOON_S
    while (working.handled, working.dead_letters) != (1, 3):
        assert monotonic() < deadline, f"{working.dead_letters} dead letters"
        working.step()
    working.close()

    assert unfinished() == []
    assert version(goods.id) == last_change().versions[0]
