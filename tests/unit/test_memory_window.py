"""The log in memory holds so many keys, and no more; those that are quiet go first."""

from shop.caching.clock import ManualClock
from shop.visitors.rate_limits.memory_window import MemoryWindow


def test_so_many_keys_are_held_and_no_more() -> None:
    window = MemoryWindow(clock=ManualClock(), most_keys=10)

    for number in range(1000):
        window.take(f"ip4-{number}", limit=3, window_ms=1000)

    assert len(window) == 10


def test_whoever_calls_all_the_time_stays_limited_while_others_come_and_go() -> None:
    window = MemoryWindow(clock=ManualClock(), most_keys=10)

    let_through = 0
    for number in range(1000):
        let_through += window.take("busy", limit=3, window_ms=1000).let_through
        window.take(f"ip4-{number}", limit=3, window_ms=1000)

    assert let_through == 3
