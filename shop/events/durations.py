"""Durations as people read them: milliseconds where they count, and no more digits than that."""

from datetime import datetime, timedelta


def said_ms(ms: float) -> str:
    """`12 ms`, `1.25 s`, `3 min`, `2 h`."""
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 120_000:
        return f"{ms / 1000:.3g} s"
    return f"{ms / 60_000:,.0f} min" if ms < 120 * 60_000 else f"{ms / 3_600_000:,.0f} h"


def said(duration: timedelta) -> str:
    """Nothing takes less than no time, whatever two clocks say."""
    return said_ms(max(0.0, duration / timedelta(milliseconds=1)))


def after(begin: datetime, end: datetime | None) -> str | None:
    return None if end is None else said(end - begin)
