"""Views on their way to the database: of the answering process, of Redis, and of the database.

Nothing of Redis's is shown while it does not answer: what it holds is not known then.
"""

from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from analytics.figures import LedgerFigures, held_views, own_figures, uncounted_visitors

_OWN = "of the answering process, since it started"


class ViewsCollector:
    """One round trip to Redis, which is given 0.2 s."""

    def collect(self) -> Iterable[Metric]:
        own = own_figures()
        yield CounterMetricFamily(
            "larder_views_recorded", f"Views that were to be counted, {_OWN}.", value=own.recorded
        )
        yield CounterMetricFamily("larder_views_dropped", f"Views that had no room to wait, {_OWN}.", value=own.dropped)
        lost = f"How often Redis had gone back in time, and what was pending there was lost, {_OWN}."
        yield CounterMetricFamily("larder_views_buffer_losses", lost, value=own.losses)
        waiting = "Views that wait in the answering process until Redis takes them."
        yield GaugeMetricFamily("larder_views_waiting", waiting, value=own.waiting)
        uncounted = f"Views of which nobody knows who looked, since Redis did not answer, {_OWN}."
        yield CounterMetricFamily("larder_visitors_uncounted", uncounted, value=uncounted_visitors())
        if (held := held_views()) is not None:
            pending = "Views in Redis that no flush has taken yet."
            yield GaugeMetricFamily("larder_views_pending", pending, value=held.pending)
            at_risk = "Views in Redis alone: those pending, and those in batches that are not counted yet."
            yield GaugeMetricFamily("larder_views_at_risk", at_risk, value=held.at_risk)
            unsure = "How often a flush could not learn whether what it took was on Redis's disk."
            yield CounterMetricFamily("larder_views_unsure", unsure, value=held.unsure)


def ledger_metrics(ledger: LedgerFigures) -> Iterator[Metric]:
    """The age is missing before the first batch."""
    if ledger.last_flush_age_s is not None:
        age = "Since the last batch of views was counted; where nobody looks at anything, there is none."
        yield GaugeMetricFamily("larder_views_last_flush_age_seconds", age, value=ledger.last_flush_age_s)
    dead = "Batches of views that PostgreSQL refused, and nobody has replayed yet, counted up to 1,000."
    yield GaugeMetricFamily("larder_views_dead_batches", dead, value=ledger.dead)
