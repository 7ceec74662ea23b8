"""Callers of one process that want the same thing at once share one load."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.caching.single_flight import Flight, FlightTimeoutError, SingleFlight

CALLERS = 500
LONG_S = 10.0


@pytest.fixture
def flights() -> SingleFlight[str]:
    return SingleFlight()


def lead(flights: SingleFlight[str], entry_id: int = 7, *, floor: int = 0) -> Flight[str]:
    led, joined = flights.board({entry_id: floor})
    assert joined == {}
    return led[entry_id]


def join(flights: SingleFlight[str], entry_id: int = 7, *, floor: int = 0) -> Flight[str]:
    led, joined = flights.board({entry_id: floor})
    assert led == {}
    return joined[entry_id]


def test_the_first_leads_and_the_others_join_the_same_flight(flights: SingleFlight[str]) -> None:
    flight = lead(flights)

    assert join(flights) is flight
    assert join(flights) is flight


def test_whoever_joins_gets_what_the_leader_brought(flights: SingleFlight[str]) -> None:
    flight = lead(flights)
    joined = join(flights)

    flights.leave(7, flight)
    flight.land("jam")

    assert joined.wait(0) == "jam"


def test_500_threads_cause_one_load(flights: SingleFlight[str]) -> None:
    at_once = threading.Barrier(CALLERS)
    all_aboard = threading.Barrier(CALLERS)
    loads: list[int] = []

    def want(caller: int) -> str | None:
        at_once.wait(LONG_S)
        led, joined = flights.board({7: 0})
        all_aboard.wait(LONG_S)
        for flight in led.values():
            loads.append(caller)
            flights.leave(7, flight)
            flight.land("jam")
        return next(iter((led | joined).values())).wait(LONG_S)

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(want, range(CALLERS)))

    assert len(loads) == 1
    assert answers == ["jam"] * CALLERS


def test_the_error_of_the_leader_reaches_whoever_joined(flights: SingleFlight[str]) -> None:
    flight = lead(flights)
    joined = join(flights)

    flight.fail(LookupError("no such shelf"))

    with pytest.raises(LookupError, match="no such shelf"):
        joined.wait(0)


def test_nobody_waits_longer_than_they_will(flights: SingleFlight[str]) -> None:
    lead(flights)
    joined = join(flights)

    with pytest.raises(FlightTimeoutError):
        joined.wait(0.001)
    with pytest.raises(FlightTimeoutError):
        joined.wait(-1)


def test_each_id_flies_for_itself(flights: SingleFlight[str]) -> None:
    flight = lead(flights, 7)

    led, joined = flights.board({7: 0, 8: 0})

    assert list(led) == [8]
    assert joined == {7: flight}


def test_after_the_leader_has_left_the_next_caller_leads(flights: SingleFlight[str]) -> None:
    first = lead(flights)

    flights.leave(7, first)

    assert lead(flights) is not first


def test_whoever_has_seen_a_higher_floor_starts_a_flight_which_later_callers_join(flights: SingleFlight[str]) -> None:
    before_the_write = lead(flights, floor=1)

    after_the_write = lead(flights, floor=2)

    assert after_the_write is not before_the_write
    assert join(flights, floor=2) is after_the_write
    assert join(flights, floor=1) is after_the_write


def test_a_leader_whose_flight_was_replaced_takes_nothing_off_the_board(flights: SingleFlight[str]) -> None:
    before_the_write = lead(flights, floor=1)
    after_the_write = lead(flights, floor=2)

    flights.leave(7, before_the_write)

    assert join(flights, floor=2) is after_the_write


def test_nobody_joins_a_flight_that_a_write_has_outdated(flights: SingleFlight[str]) -> None:
    before_the_write = lead(flights)
    others = lead(flights, 8)

    flights.outdate([7, 9])

    assert lead(flights) is not before_the_write
    assert join(flights, 8) is others


def test_whoever_had_joined_before_the_write_still_gets_their_answer(flights: SingleFlight[str]) -> None:
    flight = lead(flights)
    joined = join(flights)

    flights.outdate([7])
    flight.land("jam of before")

    assert joined.wait(0) == "jam of before"
