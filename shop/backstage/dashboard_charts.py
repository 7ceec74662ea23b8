"""Figures as charts: what Chart.js draws, and the same numbers as a table for whoever can't see a drawing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shop.caching.registry import CacheRow
from shop.events.durations import said_ms
from shop.events.trace_figures import StageTimes

GREEN: Final = "var(--color-primary-500)"
AMBER: Final = "#d98a2b"
WIDEST_BAR: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`data` and `options` are JSON for Chart.js; `rows` are the table, a heading and its numbers each."""

    title: str
    data: str
    options: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def days_chart(by_day: Mapping[date, int]) -> Chart:
    return _chart("Reviews a day", _days(by_day), {"Reviews": (list(by_day.values()), GREEN)})


def orders_chart(by_day: Mapping[date, int]) -> Chart:
    return _chart("Orders a day", _days(by_day), {"Orders": (list(by_day.values()), GREEN)})


def ratings_chart(by_rating: Mapping[int, int]) -> Chart:
    labels = [f"{rating} star{'s' if rating > 1 else ''}" for rating in by_rating]
    return _chart("Ratings", labels, {"Reviews": (list(by_rating.values()), AMBER)}, sideways=True)


def cache_chart(caches: Sequence[CacheRow]) -> Chart:
    labels = [row["name"].replace("_", " ") for row in caches]
    hits, misses = [row["hits"] for row in caches], [row["misses"] for row in caches]
    return _chart("Hits and misses", labels, {"Hits": (hits, GREEN), "Misses": (misses, AMBER)}, sideways=True)


def reach_chart(stages: Sequence[StageTimes]) -> Chart:
    """How many changes were in Redis, and gone from the last process's own copies, within which time."""
    counted = {one.stage: one.by_bound for one in stages}
    bounds = list(counted["applied"])
    labels = [f"≤ {said_ms(bound)}" if bound else f"> {said_ms(bounds[-2])}" for bound in bounds]
    series = {"Applied": (list(counted["applied"].values()), GREEN)}
    if any(counted["dropped"].values()):
        series["Dropped"] = (list(counted["dropped"].values()), AMBER)
    return _chart("How long changes took", labels, series, stacked=False)


def _days(days: Iterable[date]) -> list[str]:
    return [f"{day:%a} {day.day} {day:%b}" for day in days]


def _chart(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, tuple[list[int], str]],
    *,
    sideways: bool = False,
    stacked: bool = True,
) -> Chart:
    datasets = [
        {"label": name, "data": numbers, "backgroundColor": colour, "maxBarThickness": WIDEST_BAR, "borderRadius": 4}
        for name, (numbers, colour) in series.items()
    ]
    numbers_axis: dict[str, Any] = {
        "beginAtZero": True,
        "stacked": stacked,
        "border": {"display": False},
        "grid": {"color": "#8882"},
        "ticks": {"precision": 0, "color": "#8c857a", "maxTicksLimit": 6},
    }
    names_axis: dict[str, Any] = {
        "stacked": stacked,
        "border": {"display": False},
        "grid": {"display": False},
        "ticks": {"color": "#8c857a", "autoSkip": not sideways, "maxRotation": 0},
    }
    options = {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "indexAxis": "y" if sideways else "x",
        "plugins": {
            "legend": {
                "display": len(series) > 1,
                "align": "end",
                "labels": {"boxWidth": 10, "boxHeight": 10, "color": "#8c857a"},
            }
        },
        "scales": {"x": numbers_axis, "y": names_axis} if sideways else {"x": names_axis, "y": numbers_axis},
    }
    columns = [numbers for numbers, _ in series.values()]
    return Chart(
        title=title,
        data=json.dumps({"labels": list(labels), "datasets": datasets}),
        options=json.dumps(options),
        columns=tuple(series),
        rows=tuple((label, *(f"{one[place]:,}" for one in columns)) for place, label in enumerate(labels)),
    )
