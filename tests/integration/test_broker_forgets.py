"""The broker may forget what it took: a change comes again until somebody has applied it."""

import pytest

from shop.events.backlog import Claimed, finish
from shop.events.relay import Relay
from shop.events.transport import Publisher
from tests.goods import Goods
from tests.integration.cached_prices import amount, warm, write
from tests.integration.event_stream import UPDATES, Stream, is_dead, last_change, make_due, unfinished

pytestmark = pytest.mark.usefixtures("goods", "empty_log")


class FinishesWhenPublished(Relay):
    """For the control: what the broker has acknowledged counts as done."""

    def _publish(self, publisher: Publisher, rows: list[Claimed]) -> None:
        super()._publish(publisher, rows)
        finish([row.id for row in rows])


@pytest.mark.parametrize("once_applied", [True, False], ids=["finished once applied", "control: once published"])
def test_what_the_broker_took_and_lost_is_published_again_and_applied(
    goods: Goods, stream: Stream, once_applied: bool
) -> None:
    """1. A change is published, and acknowledged; 2. the broker loses it; 3. nobody publishes it again."""
    kind = Relay if once_applied else FinishesWhenPublished
    working = kind(open_publisher=lambda: stream.transport.open_publisher(topic=UPDATES), clock=stream.clock)
    warm(goods.id)
    old = amount(goods.id)
    write(goods.id, "7.77")
    working.step()
    published = [event.id for event in stream.events()]

    stream.broker.forget()
    make_due()
    working.close()
    working.step()
    consumer = stream.consumer()
    consumer.step()
    consumer.close()

    assert published == [last_change().pk]
    assert is_dead(goods.id) is once_applied
    assert (amount(goods.id) == old) is not once_applied
    assert unfinished() == []
