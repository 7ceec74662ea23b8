"""Signs of life: each process has one row, which is alive for 5 s and forgotten after an hour."""

from datetime import timedelta

import pytest
from django.db.models import F

from shop.events.models import Station
from shop.events.station import FORGOTTEN_AFTER, SILENT_AFTER, StationSign, alive, tell

pytestmark = pytest.mark.django_db


def grow_silent(instance: str, since: timedelta) -> None:
    Station.objects.filter(instance=instance).update(seen_at=F("seen_at") - since)


def test_a_process_has_one_row_with_what_it_said_last() -> None:
    tell(name="consumer", instance="here:1", sign=StationSign(5))
    tell(name="consumer", instance="here:1", sign=StationSign(9, dead_letters=2, ignored=1, lag=3))

    one = Station.objects.get()
    assert (one.name, one.instance) == ("consumer", "here:1")
    assert (one.handled, one.dead_letters, one.ignored, one.lag) == (9, 2, 1, 3)


def test_when_the_witness_has_looked_is_told_by_the_database_s_clock() -> None:
    tell(name="consumer", instance="here:1", sign=StationSign(0, blind_s=7.5))
    tell(name="relay", instance="here:2", sign=StationSign(0))

    consumer, relay = alive()

    assert consumer.looked_at is not None
    assert (consumer.seen_at - consumer.looked_at).total_seconds() == pytest.approx(7.5, abs=0.1)
    assert relay.looked_at is None


def test_those_that_gave_a_sign_of_late_are_alive() -> None:
    for name, instance in (("relay", "here:2"), ("consumer", "here:1"), ("relay", "there:3")):
        tell(name=name, instance=instance, sign=StationSign(0))
    grow_silent("there:3", SILENT_AFTER + timedelta(seconds=1))

    assert [(one.name, one.instance) for one in alive()] == [("consumer", "here:1"), ("relay", "here:2")]
    assert len(alive(within=timedelta(minutes=1))) == 3


def test_who_has_been_silent_for_an_hour_is_forgotten_by_the_next_who_tells() -> None:
    tell(name="relay", instance="here:1", sign=StationSign(0))
    tell(name="relay", instance="here:2", sign=StationSign(0))
    grow_silent("here:1", FORGOTTEN_AFTER + timedelta(seconds=5))
    grow_silent("here:2", FORGOTTEN_AFTER - timedelta(seconds=5))

    tell(name="consumer", instance="here:3", sign=StationSign(0))

    assert set(Station.objects.values_list("instance", flat=True)) == {"here:2", "here:3"}
