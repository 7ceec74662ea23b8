"""An event names its database: whatever was of another one does nothing, and does not count as done."""

import pytest

from catalog.price_cache import PRICE_POLICY
from shop.caching.entry import version_of
from shop.caching.registry import REGISTRY
from shop.events import apply, consumer
from shop.events.identity import database_id
from shop.events.messages import Event, pack
from shop.events.transport import Message
from shop.wiring import make_ground
from tests.goods import Goods
from tests.integration.cached_prices import entry, version, warm, write
from tests.integration.catalog_rows import run_sql
from tests.integration.event_stream import Stream, last_change, make_due, unfinished

pytestmark = pytest.mark.usefixtures("goods", "empty_log")


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "control: not checked"])
def test_an_event_of_another_database_id_is_neither_applied_nor_finished(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    """Its number is another change's by now, which would count as applied and never be seen."""
    warm(goods.ids[1])
    of_before = database_id()
    write(goods.ids[1], "8.88")
    row = last_change()
    run_sql("UPDATE events_databaseidentity SET database_id = larder_new_database_id()")
    REGISTRY.ground().keys.renew()
    warm(goods.id)
    warm(goods.ids[1])
    stale = Event(
        id=row.pk,
        database=of_before,
        type="changed",
        entity="price",
        ids=(goods.id,),
        versions=(version(goods.id) + 1000,),
        transaction=700,
        committed_at=0,
        published_at=0,
    )
    stream.publish(Message(b"17", pack(stale)))
    if not checked:
        take_all = lambda events: apply.apply_events([replace_database(event) for event in events])  # noqa: E731
        monkeypatch.setattr(consumer, "apply_events", take_all)

    working = stream.consumer()
    working.step()
    working.close()

    assert (unfinished() == [row.pk]) is checked
    assert (version_of(entry(goods.id) or b"") == version(goods.id)) is checked
    assert stream.uncommitted() == [], "it holds nobody up"


def replace_database(event: Event) -> Event:
    return Event(**{name: getattr(event, name) for name in event.__struct_fields__} | {"database": database_id()})


def test_after_a_mere_reset_a_change_of_before_is_published_again_and_applied(goods: Goods, stream: Stream) -> None:
    write(goods.id, "7.77")
    stream.relay().step()
    run_sql("SELECT larder_reset('a reset')")
    working = stream.consumer()
    working.step()
    before = len(unfinished())

    make_due()
    stream.relay().step()
    working.step()
    working.close()

    assert before == 2
    assert unfinished() == []


def test_a_reset_event_retires_the_id_of_before(goods: Goods, stream: Stream) -> None:
    elsewhere = make_ground()
    old_base = elsewhere.keys.base
    warm(goods.id)
    run_sql("SELECT larder_reset('restore')")
    stream.relay().step()
    working = stream.consumer()

    working.step()
    working.close()

    assert elsewhere.read([(PRICE_POLICY, goods.id)]) == [None]
    assert elsewhere.keys.base != old_base
    assert unfinished() == []
