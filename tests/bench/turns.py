"""Ways to do the same, measured in turns: what disturbs the machine disturbs all of them."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter


def turn(ways: Mapping[str, Callable[[], object]], *, calls: int) -> dict[str, float]:
    """Microseconds a call, by way: each is called once, and then `calls` times against the clock."""
    times = {}
    for name, way in ways.items():
        way()
        started = perf_counter()
        for _ in range(calls):
            way()
        times[name] = (perf_counter() - started) / calls * 1e6
    return times


def medians(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: median(each[name] for each in turns) for name in turns[0]}
