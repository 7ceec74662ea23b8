"""What the database knows: it is the same whichever process is asked.

While the database does not answer, `larder_database_up` is 0 and the others are missing, as they are not known.
"""

from collections.abc import Iterable

from django.db import Error
from prometheus_client.core import GaugeMetricFamily, Metric

from analytics.figures import ledger_figures
from shop.backstage.metrics.change_log import change_log_metrics
from shop.backstage.metrics.views import ledger_metrics
from shop.events.figures import log_figures


class DatabaseCollector:
    """Four statements."""

    def collect(self) -> Iterable[Metric]:
        try:
            known = [*change_log_metrics(log_figures()), *ledger_metrics(ledger_figures())]
        except Error:
            known = []
        up = "1 when the database answered this very question."
        yield GaugeMetricFamily("larder_database_up", up, value=float(bool(known)))
        yield from known
