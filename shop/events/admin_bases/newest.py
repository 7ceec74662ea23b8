"""Where no index holds what is looked for, it is looked for among the newest rows: a range of the primary key, so that
these are read and no others. Proved by tests/integration/test_newest_rows.py."""

from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce


def oldest_of_newest(rows: "QuerySet[Any]", most: int) -> Coalesce:
    """The key of the oldest of the newest `most` rows, to filter by `pk__gte`; 0 where there are fewer."""
    return Coalesce(Subquery(rows.order_by("-pk").values("pk")[most - 1 : most]), 0)
