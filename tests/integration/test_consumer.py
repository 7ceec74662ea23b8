"""The consumer brings what was published into the caches; killed anywhere, it loses nothing."""

from collections.abc import Sequence

import pytest
from redis import Redis

from catalog.models import Product
from shop.events import consumer
from shop.events.backlog import finish
from shop.events.consumer import Consumer
from shop.events.messages import unpack
from shop.events.models import Change
from shop.events.transport import Received, Subscriber
from tests.goods import Goods
from tests.integration.cached_prices import warm, write
from tests.integration.counted_commands import counted, own_redis
from tests.integration.event_stream import KilledError, Stream, is_dead, last_change, make_due, unfinished

__all__ = ["own_redis"]
pytestmark = pytest.mark.usefixtures("goods", "empty_log")


def test_a_change_is_applied_finished_and_committed(goods: Goods, stream: Stream) -> None:
    warm(goods.id)
    write(goods.id, "7.77")
    announced: list[int] = []
    stream.relay().step()
    working = stream.consumer(announce=announced.extend)

    working.step()
    working.close()

    assert is_dead(goods.id)
    assert unfinished() == []
    assert stream.uncommitted() == []
    assert announced == [last_change().pk]
    assert (working.handled, working.dead_letters, working.ignored) == (1, 0, 0)


class WrappedSubscriber:
    """Does what another does."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber

    def poll(self, *, timeout_s: float, most: int) -> Sequence[Received]:
        return self._subscriber.poll(timeout_s=timeout_s, most=most)

    def wait(self, *, timeout_s: float) -> None:
        self._subscriber.wait(timeout_s=timeout_s)

    def commit(self, received: Sequence[Received]) -> None:
        self._subscriber.commit(received)

    def lag(self) -> int | None:
        return self._subscriber.lag()

    def close(self) -> None:
        self._subscriber.close()


class DiesBeforeCommit(WrappedSubscriber):
    def commit(self, received: Sequence[Received]) -> None:
        raise KilledError


class DiesAfterCommit(WrappedSubscriber):
    def commit(self, received: Sequence[Received]) -> None:
        super().commit(received)
        raise KilledError


class CommitsAtOnce(WrappedSubscriber):
    """For the control: what it has handed out counts as done."""

    def poll(self, *, timeout_s: float, most: int) -> Sequence[Received]:
        received = super().poll(timeout_s=timeout_s, most=most)
        finish([unpack(one.message.value).id for one in received])
        self.commit(received)
        return received


def _die(*args: object, **options: object) -> None:
    raise KilledError


def consumer_that_dies(stream: Stream, before: str, patch: pytest.MonkeyPatch) -> Consumer:
    if before == "commit":
        return stream.consumer(wrap=DiesBeforeCommit)
    if before == "the next batch":
        return stream.consumer(wrap=DiesAfterCommit)
    patch.setattr(consumer, before, _die)
    return stream.consumer()


@pytest.mark.parametrize("before", ["apply_events", "finish", "trace", "commit", "the next batch"])
def test_killed_before_any_of_its_steps_another_consumer_does_the_rest(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    warm(goods.id)
    write(goods.id, "7.77")
    stream.relay().step()

    with monkeypatch.context() as patch:
        dying = consumer_that_dies(stream, before, patch)
        with pytest.raises(KilledError):
            dying.step()
    dying.close()
    left = len(stream.uncommitted())
    heir = stream.consumer()
    heir.step()
    heir.close()

    assert left == (0 if before == "the next batch" else 1)
    assert is_dead(goods.id)
    assert unfinished() == []
    assert stream.uncommitted() == []


@pytest.mark.parametrize("in_order", [True, False], ids=["applied first", "control: finished and committed first"])
def test_what_is_applied_before_it_counts_as_done_survives_a_kill(
    goods: Goods, stream: Stream, monkeypatch: pytest.MonkeyPatch, in_order: bool
) -> None:
    warm(goods.id)
    write(goods.id, "7.77")
    stream.relay().step()

    with monkeypatch.context() as patch:
        patch.setattr(consumer, "apply_events", _die)
        dying = stream.consumer() if in_order else stream.consumer(wrap=CommitsAtOnce)
        with pytest.raises(KilledError):
            dying.step()
    dying.close()
    make_due()
    stream.relay().step()
    heir = stream.consumer()
    heir.step()
    heir.close()

    assert is_dead(goods.id) is in_order


def test_a_batch_is_one_invalidation_a_cache(goods: Goods, stream: Stream, own_redis: Redis) -> None:
    write(goods.id, "8.88")
    Product.objects.filter(pk=goods.id).update(brand="Orchard")
    working = stream.consumer()
    stream.relay().step()
    working.step()
    for product_id in goods.ids:
        write(product_id, "7.77")
    Product.objects.filter(pk__in=goods.ids[:5]).update(brand="Meadow")
    stream.relay().step()
    before = working.handled

    with counted(own_redis) as calls:
        working.step()
    working.close()

    assert Change.objects.filter(applied_at=None).count() == 0
    assert working.handled - before == 31
    assert sum(count for name, count in calls.items() if name.startswith("eval") or name == "fcall") == 2
    assert all(is_dead(product_id) for product_id in goods.ids)


def test_the_highest_version_of_a_batch_counts(goods: Goods, stream: Stream) -> None:
    for amount in ("7.77", "6.66", "5.55"):
        write(goods.id, amount)
    stream.relay().step()
    working = stream.consumer()

    working.step()
    working.close()

    assert is_dead(goods.id)
    assert working.handled == 3
