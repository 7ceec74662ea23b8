"""The relay publishes what is committed, all of it, and again until it is finished."""

from collections.abc import Sequence
from threading import Thread
from time import monotonic

import pytest
from django.db import connection

from shop.events import backlog, relay
from shop.events.backlog import FIRST_PAUSE_S, LONGEST_PAUSE_S, RETRY_S, Claimed, claim, finish
from shop.events.identity import database_id
from shop.events.models import Change
from shop.events.transport import Message, TransportError
from tests.goods import Goods
from tests.integration.at_once import until_somebody_waits_for_a_lock
from tests.integration.cached_prices import version, write
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import (
    KilledError,
    Stream,
    another_connection,
    last_change,
    log_rows,
    make_due,
    unfinished,
)

pytestmark = pytest.mark.usefixtures("goods", "empty_log")

PRICE = "UPDATE catalog_price SET amount = %s WHERE product_id = %s"
HELD_S = 0.3
SOON_S = 10.0
# By so much the clocks of two processes may disagree.
UNEQUAL_S = 0.1


def pause_of(change_id: int) -> float:
    """Seconds until a row is due."""
    ((seconds,),) = run_sql(
        "SELECT extract(epoch FROM due_at - clock_timestamp())::float FROM events_change WHERE id = %s", change_id
    )
    return float(seconds)


def put_off() -> None:
    """As if the next step came at once, however long that takes."""
    run_sql("UPDATE events_change SET due_at = due_at + interval '1 minute' WHERE due_at > statement_timestamp()")


def is_what_is_left_of(pause: float, wanted: float, *, since: float) -> bool:
    """Whether the row was given `wanted` seconds at some moment after `since`, however long ago that is by now."""
    return wanted - (monotonic() - since) - UNEQUAL_S <= pause <= wanted


def test_a_committed_change_is_published_with_all_that_the_log_says(goods: Goods, stream: Stream) -> None:
    write(goods.id, "7.77")
    row = last_change()

    stream.relay().step()
    (event,) = stream.events()

    assert (event.id, event.database, event.type, event.entity) == (row.pk, database_id(), "changed", "price")
    assert (event.ids, event.versions) == ((goods.id,), (version(goods.id),))
    assert (event.transaction, event.retired) == (row.transaction, "")
    assert 0 <= event.published_at - event.committed_at < 5_000


def test_a_reset_and_news_of_a_sale_have_types_of_their_own(stream: Stream) -> None:
    before = database_id()
    run_sql("SELECT larder_reset('restore')")
    run_sql(
        "INSERT INTO events_change (transaction, entity, operation, ids, versions, retired_database, written_at)"
        " VALUES (700, 'flash_sale', 'started', '{3}', '{1}', '', clock_timestamp())"
    )

    stream.relay().step()

    found = {event.type: event for event in stream.events()}
    assert set(found) == {"reset", "flash_sale_started"}
    assert found["reset"].retired == before
    assert found["reset"].database == database_id() != before


def test_what_is_not_committed_is_not_published(goods: Goods, stream: Stream) -> None:
    relay = stream.relay()
    with another_connection() as other:
        other.execute(PRICE, ["1.11", goods.id])
        relay.step()
        during = stream.events()
        other.rollback()
        relay.step()
        after = stream.events()
        other.execute(PRICE, ["2.22", goods.id])
        other.commit()
    relay.step()

    assert during == after == []
    assert [event.ids for event in stream.events()] == [(goods.id,)]


@pytest.mark.parametrize("by_what_it_lacks", [True, False], ids=["by what it lacks", "control: by the highest id"])
def test_a_row_that_is_committed_after_a_later_one_is_published(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, by_what_it_lacks: bool
) -> None:
    highest = 0

    def claim_above(*, most: int) -> list[Claimed]:
        nonlocal highest
        rows = [row for row in claim(most=most) if row.id > highest]
        highest = max([highest, *(row.id for row in rows)])
        return rows

    if not by_what_it_lacks:
        monkeypatch.setattr(relay, "claim", claim_above)
    working = stream.relay()
    with another_connection() as late:
        late.execute(PRICE, ["1.11", goods.ids[0]])
        write(goods.ids[1], "8.88")
        working.step()
        late.commit()
    working.step()

    early_id, late_id = Change.objects.order_by("id").values_list("id", flat=True)
    published = {event.id for event in stream.events()}
    assert published == ({early_id, late_id} if by_what_it_lacks else {late_id})


@pytest.mark.parametrize("locked", [True, False], ids=["rows are locked", "control: they are not"])
def test_two_relays_at_once_claim_each_row_once(monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """1. A relay claims two rows; 2. before it has committed, another claims; 3. the first commits."""
    log_rows(4)
    if not locked:
        monkeypatch.setattr(backlog, "_CLAIM", backlog._CLAIM.replace("FOR UPDATE SKIP LOCKED", ""))
    seconds: list[int] = []

    def second_relay() -> None:
        seconds.extend(row.id for row in claim(most=4))
        connection.close()

    with another_connection() as other:
        claimed = other.execute(backlog._CLAIM, [2, FIRST_PAUSE_S, LONGEST_PAUSE_S]).fetchall()
        thread = Thread(target=second_relay)
        thread.start()
        if locked:
            thread.join(SOON_S)
        else:
            until_somebody_waits_for_a_lock()
        other.commit()
        thread.join(SOON_S)

    firsts = {row[0] for row in claimed}
    assert (firsts.isdisjoint(seconds), len(firsts | set(seconds))) == (locked, 4)


def test_a_row_is_published_again_after_growing_pauses_until_it_is_finished(goods: Goods, stream: Stream) -> None:
    write(goods.id, "7.77")
    working, row = stream.relay(), last_change().pk

    wanted = [1, 2, 4, 8, LONGEST_PAUSE_S, LONGEST_PAUSE_S]
    kept = []
    for pause in wanted:
        make_due()
        began = monotonic()
        working.step()
        kept.append(is_what_is_left_of(pause_of(row), pause, since=began))
        put_off()
        working.step()
    again = len(stream.events())
    finish([row])
    make_due()
    working.step()

    assert kept == [True] * len(wanted)
    assert len(stream.events()) == again == 6, "once a pause, and no more once it is finished"
    assert unfinished() == []


def test_pauses_of_a_row_that_was_published_very_often_stay_as_they_are() -> None:
    log_rows(1)
    run_sql("UPDATE events_change SET published = 2000000000")

    began = monotonic()
    (row,) = claim(most=1)

    assert is_what_is_left_of(pause_of(row.id), LONGEST_PAUSE_S, since=began)


def test_what_the_broker_does_not_take_is_given_back_and_published_when_it_is_there(
    goods: Goods, stream: Stream
) -> None:
    write(goods.id, "7.77")
    working = stream.relay()
    working.step()
    make_due()
    stream.broker.available = False

    with pytest.raises(TransportError):
        working.step()
    row = last_change()
    pause = pause_of(row.pk)
    stream.broker.available = True
    make_due()
    working.step()

    assert row.published == 1, "the failure does not count"
    assert pause <= RETRY_S
    assert len(stream.events()) == 2


class DyingPublisher:
    def publish(self, messages: Sequence[Message]) -> None:
        raise KilledError

    def close(self) -> None:
        """It has died."""


@pytest.mark.parametrize("due_again", [True, False], ids=["due again", "control: claimed for good"])
def test_what_a_relay_has_claimed_when_it_dies_is_published_by_another(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, due_again: bool
) -> None:
    def claim_for_good(*, most: int) -> list[Claimed]:
        rows = claim(most=most)
        finish([row.id for row in rows])
        return rows

    if not due_again:
        monkeypatch.setattr(relay, "claim", claim_for_good)
    write(goods.id, "7.77")

    with pytest.raises(KilledError):
        relay.Relay(open_publisher=DyingPublisher, clock=stream.clock).step()
    make_due()
    stream.relay().step()

    assert bool(stream.events()) is due_again


@pytest.mark.parametrize("kept", [True, False], ids=["commit times are kept", "the server keeps none"])
def test_the_time_of_the_commit_is_postgresql_s_own_where_it_keeps_that(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    assert run_sql("SHOW track_commit_timestamp") == [("on",)]
    if not kept:
        monkeypatch.setattr(backlog, "_CLAIM", backlog._CLAIM.replace("= 'on'", "= 'on a server that keeps them'"))
    with another_connection() as slow:
        slow.execute(PRICE, ["1.11", goods.id])
        slow.execute("SELECT pg_sleep(%s)", [HELD_S])
        slow.commit()

    stream.relay().step()
    (event,) = stream.events()

    late_ms = event.committed_at - last_change().written_at.timestamp() * 1000
    assert late_ms >= HELD_S * 1000 if kept else abs(late_ms) <= 1


def test_the_backlog_says_how_much_is_unfinished_and_since_when(goods: Goods) -> None:
    nothing = backlog.backlog()
    log_rows(3)
    run_sql("UPDATE events_change SET written_at = clock_timestamp() - interval '20 s' WHERE ids = '{2}'")

    rows, oldest_s = backlog.backlog()

    assert nothing == (0, 0.0)
    assert rows == 3
    assert oldest_s == pytest.approx(20, abs=2)
