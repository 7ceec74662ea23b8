"""Products as a CSV file, written while it is read.

Memory is flat for any number of products: PostgreSQL keeps the ids behind a cursor, and rows come a batch at a time. A
product that changes meanwhile is written as it is when its batch comes; one that is deleted meanwhile is left out.
Proved by tests/integration/test_csv_export.py.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from django.db.models import QuerySet

from catalog.csv.batches import BATCH, batches
from catalog.csv.formulas import defused
from catalog.csv.product_row import COLUMNS, rows_by_id, texts_of
from catalog.models import Product

# Without it, Excel takes UTF-8 for the code page of the machine.
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def exported(*, products: QuerySet[Product]) -> Iterator[bytes]:
    """The file of these products in the order of their ids: UTF-8 with a byte order mark, CRLF at the ends of rows."""
    yield BYTE_ORDER_MARK + as_csv([COLUMNS])
    ids = products.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    for batch in batches(ids):
        yield as_csv(texts_of(row).values() for row in rows_by_id(batch))


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of a file, each cell safe to open in a spreadsheet."""
    buffer = StringIO(newline="")
    csv.writer(buffer).writerows([defused(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()
