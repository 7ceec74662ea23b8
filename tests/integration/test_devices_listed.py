"""Which of a customer's sessions are listed: those that live, in their order, however many there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.visitors.devices import DEVICES_AT_ONCE, devices_of, log_out_everywhere, log_out_session
from shop.visitors.session_times import IDLE
from tests.integration.catalog_rows import run_sql
from tests.integration.sessions import House, customer, house, lives, session_of
from tests.scale.plans import plans_of, rows_read

__all__ = ["house"]


def test_a_session_that_is_over_is_listed_no_more(house: House) -> None:
    ann = customer()
    session_of(ann)
    house.clock.advance(120)
    living = session_of(ann)

    house.clock.advance(IDLE - 30)

    assert [device.session_id for device in devices_of(user_id=ann.pk, session_key=None)] == [living.session_id]


def test_a_guest_s_session_belongs_to_no_customer_s_list(house: House) -> None:
    guest = session_of(None)

    assert devices_of(user_id=customer().pk, session_key=guest.text) == []
    assert not log_out_session(user_id=customer().pk, session_id=guest.session_id)
    assert log_out_everywhere(user_id=customer().pk) == 0
    assert lives(guest)


@pytest.mark.parametrize("living", [60, 0])
def test_the_list_is_short_and_read_by_index_however_many_sessions_there_are(house: House, living: int) -> None:
    """Of this customer, those that have run out and that nobody has deleted yet; and of another."""
    ann, others = customer(), customer("bob")
    key = session_of(ann)
    run_sql(
        "INSERT INTO visitors_session (id, digest, data, made_at, last_used_at, expires_at, user_id, user_agent,"
        " version) SELECT n, lpad(to_hex(n), 64, '0'), '{}', used, used, used + interval '31 minutes',"
        " CASE WHEN n <= 2000 THEN %s ELSE %s END, '', 0 FROM generate_series(1, 5000) AS n,"
        " LATERAL (SELECT to_timestamp(%s) - CASE WHEN n <= %s THEN 1 ELSE 7200 END * interval '1 s' AS used) AS u",
        ann.pk,
        others.pk,
        house.clock.now(),
        living,
    )
    run_sql("VACUUM ANALYZE visitors_session")

    with CaptureQueriesContext(connection) as queries:
        devices = devices_of(user_id=ann.pk, session_key=key.text)

    assert len(devices) == min(living + 1, DEVICES_AT_ONCE)
    assert devices[0].is_this
    (asked,) = [query["sql"] for query in queries.captured_queries]
    plans = plans_of([f"SELECT * FROM ({asked}) AS listed"])  # noqa: S608  the shop's own
    assert max(rows_read(step) for step in plans) <= DEVICES_AT_ONCE
    control = plans_of(["SELECT 1 FROM visitors_session WHERE user_agent = 'x'"])
    assert max(rows_read(step) for step in control) >= 5000


def test_the_asking_browser_stands_first_even_when_it_has_been_quiet_for_longer_than_fifty_others(
    house: House,
) -> None:
    ann = customer()
    mine = session_of(ann)
    house.clock.advance(120)
    others = []
    for _ in range(DEVICES_AT_ONCE + 1):
        house.clock.advance(1)
        others.append(session_of(ann).session_id)

    listed = devices_of(user_id=ann.pk, session_key=mine.text)

    assert [device.session_id for device in listed] == [mine.session_id, *others[::-1][: DEVICES_AT_ONCE - 1]]
    assert [device.is_this for device in listed] == [True] + [False] * (DEVICES_AT_ONCE - 1)


def test_last_use_is_to_the_minute(house: House) -> None:
    ann = customer()
    key = session_of(ann)
    (before,) = devices_of(user_id=ann.pk, session_key=None)

    house.clock.advance(59)
    assert lives(key)
    house.clock.advance(1)
    assert lives(key)

    (device,) = devices_of(user_id=ann.pk, session_key=None)
    assert device.last_used_at == before.last_used_at + timedelta(minutes=1)
