"""The change log, its relays and its consumers."""

from collections.abc import Iterator, Sequence
from math import inf

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from shop.events.figures import LogFigures, StageFigures, StationFigures


def change_log_metrics(figures: LogFigures) -> Iterator[Metric]:
    yield from _log(figures)
    yield from _stations(figures.stations)


def _log(figures: LogFigures) -> Iterator[Metric]:
    unfinished = "Changes that are not applied to the caches yet, counted up to 100,000."
    yield GaugeMetricFamily("larder_changes_unfinished", unfinished, value=figures.backlog.rows)
    oldest = "How long the oldest unfinished change has waited; 0 when there is none."
    yield GaugeMetricFamily("larder_changes_oldest_unfinished_seconds", oldest, value=figures.backlog.oldest_s)
    seconds = HistogramMetricFamily(
        "larder_change_seconds",
        "From a change's commit until Redis had it (applied), and until a web process had dropped its own copy"
        " (dropped); since the database was made.",
        labels=["stage"],
    )
    for stage in figures.stages:
        seconds.add_metric([stage.stage], _buckets(stage), stage.sum_ms / 1000)
    yield seconds


def _buckets(stage: StageFigures) -> Sequence[tuple[str, float]]:
    return [(str(ms / 1000) if ms < inf else "+Inf", float(changes)) for ms, changes in stage.within_ms]


def _stations(stations: Sequence[StationFigures]) -> Iterator[Metric]:
    """The label is not called `instance`: Prometheus has that name for whom it asks."""
    by = ["station", "process"]
    silent = GaugeMetricFamily("larder_station_silent_seconds", "Since a relay or consumer gave a sign.", labels=by)
    events = CounterMetricFamily("larder_station_events", "Events that it published, or applied.", labels=by)
    dead = CounterMetricFamily("larder_station_dead_letters", "Events that it could not read.", labels=by)
    ignored = CounterMetricFamily("larder_station_ignored", "Events that it does not know.", labels=by)
    lag = GaugeMetricFamily("larder_consumer_lag", "Events that the broker has for a living consumer.", labels=by)
    blind = GaugeMetricFamily(
        "larder_witness_blind_seconds", "Since a living consumer saw that Redis has not gone back in time.", labels=by
    )
    for one in stations:
        labels = [one.name, one.instance]
        silent.add_metric(labels, one.silent_s)
        events.add_metric(labels, one.handled)
        dead.add_metric(labels, one.dead_letters)
        ignored.add_metric(labels, one.ignored)
        # What a dead one had before it, another has by now.
        if one.lag is not None and one.is_alive:
            lag.add_metric(labels, one.lag)
        if one.blind_s is not None and one.is_alive:
            blind.add_metric(labels, one.blind_s)
    yield from (silent, events, dead, ignored, lag, blind)
