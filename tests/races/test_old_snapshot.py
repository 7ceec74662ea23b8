"""A load that answers from the past: from a replica that lags, or from a snapshot that is older than the write."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pytest
from django.db import connection
from psycopg import Connection, IsolationLevel

from catalog.loaders import load_prices
from catalog.models import Price
from catalog.snapshots import PriceSnapshot
from shop.caching.entry import Versioned
from shop.caching.redis_store import script_text
from tests.races.ground import WITHOUT_FLOORS, Scene

NEW = Decimal("20.00")


@pytest.fixture
def old_snapshot(product_id: int, unpriced_id: int) -> Iterator[Connection]:
    """A connection whose repeatable-read transaction began before the write: what a lagging replica would say."""
    settings = connection.get_connection_params()
    names = {name: settings[name] for name in ("dbname", "user", "password", "host", "port") if name in settings}
    with Connection.connect(**names) as old:
        old.isolation_level = IsolationLevel.REPEATABLE_READ
        old.execute("SELECT 1 FROM catalog_price")
        yield old


def load_from(old: Connection, ids: Sequence[int]) -> Mapping[int, Versioned[PriceSnapshot]]:
    rows = old.execute(
        "SELECT version, product_id, currency, amount, regular_amount, sale_ends_at FROM catalog_price"
        " WHERE product_id = ANY(%s)",
        [list(ids)],
    )
    return {row[1]: Versioned(row[0], PriceSnapshot(*row[1:])) for row in rows}


@pytest.mark.parametrize("fenced", [True, False], ids=["with floors", "control: without floors"])
def test_an_answer_below_the_floor_is_loaded_again_from_the_primary(
    product_id: int, old_snapshot: Connection, fenced: bool
) -> None:
    scene = Scene(scripts=script_text if fenced else WITHOUT_FLOORS)
    Price.objects.filter(pk=product_id).update(amount=NEW)
    scene.process().invalidate(product_id, version=Price.objects.get(pk=product_id).version)

    result = scene.process().get(product_id, load=lambda ids: load_from(old_snapshot, ids), reload=load_prices)
    next_reader = scene.process().get(product_id, load=load_prices)

    assert result.value is not None
    assert next_reader.value is not None
    assert (result.value.amount == NEW) is fenced
    assert (next_reader.value.amount == NEW) is fenced
    scene.forget()


@pytest.mark.parametrize("fenced", [True, False], ids=["with floors", "control: without floors"])
def test_a_row_that_the_replica_does_not_have_yet_is_asked_of_the_primary(
    unpriced_id: int, old_snapshot: Connection, fenced: bool
) -> None:
    scene = Scene(scripts=script_text if fenced else WITHOUT_FLOORS)
    Price.objects.create(pk=unpriced_id, amount=NEW, regular_amount=NEW)
    scene.process().invalidate(unpriced_id, version=Price.objects.get(pk=unpriced_id).version)

    result = scene.process().get(unpriced_id, load=lambda ids: load_from(old_snapshot, ids), reload=load_prices)

    assert (result.value is not None) is fenced
    scene.forget()


def test_an_answer_below_the_floor_is_not_stored_even_if_there_is_no_better_one(
    product_id: int, old_snapshot: Connection
) -> None:
    scene = Scene()
    Price.objects.filter(pk=product_id).update(amount=NEW)
    scene.process().invalidate(product_id, version=Price.objects.get(pk=product_id).version)

    scene.process().get(product_id, load=lambda ids: load_from(old_snapshot, ids))

    next_reader = scene.process().get(product_id, load=load_prices)
    assert next_reader.value is not None
    assert next_reader.value.amount == NEW
    scene.forget()
