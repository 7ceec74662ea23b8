"""Pages of long tables: counting stops at 10,000 rows. Whoever looks for row 10,001 searches for it."""

from typing import Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED_ROWS: Final = 10_000
ROWS_PER_PAGE: Final = 50


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    # unfold's own calls the bound a count.
    template_name = "events/bounded_pages.html"

    @property
    def is_exact(self) -> bool:
        return self.count < COUNTED_ROWS

    @cached_property
    def count(self) -> int:
        """The number of rows, or COUNTED_ROWS if there are more."""
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[:COUNTED_ROWS].count()
        return len(rows)
