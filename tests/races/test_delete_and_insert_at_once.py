"""A row is deleted and inserted again by two transactions at once, and the insert has the lower version.

1. A DELETE removes the row, and is not done yet; 2. an INSERT of the same id takes its version, and waits for it;
3. the DELETE ends, logs a higher version and commits; 4. a reader stores "absent" at that version; 5. the INSERT
commits.
"""

from decimal import Decimal

import pytest
from django.db import connection

from catalog.loaders import load_prices
from catalog.models import Price
from shop.caching.redis_store import script_text
from tests.races.ground import Scene, Without

NEGATIVE_ENTRIES_STAY = Without({"invalidate": [("== 'a'", "== 'none'")]})


@pytest.mark.parametrize("goes", [True, False], ids=["a negative entry goes", "control: it stays"])
def test_a_row_inserted_at_a_lower_version_than_its_deletion_is_seen(product_id: int, goes: bool) -> None:
    scene = Scene(scripts=script_text if goes else NEGATIVE_ENTRIES_STAY)
    process = scene.process()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('larder_version')")
        insert_took = int(cursor.fetchone()[0])
    Price.objects.filter(pk=product_id).delete()
    process.invalidate(product_id, version=insert_took + 1)
    absent = process.get(product_id, load=load_prices)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_price DISABLE TRIGGER USER")
        Price.objects.create(pk=product_id, amount=Decimal(5), regular_amount=Decimal(5), version=insert_took)
        cursor.execute("ALTER TABLE catalog_price ENABLE TRIGGER USER")
    process.invalidate(product_id, version=insert_took)
    shown = process.get(product_id, load=load_prices)

    assert absent.value is None
    assert (shown.value is not None) is goes
    scene.forget()
