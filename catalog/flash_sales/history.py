"""Who made, changed, started, ended and cancelled a sale. What the clock did stands in the sale's own times."""

from collections.abc import Mapping

from catalog.models import FlashSale
from shop.events.history import Fields, Recorded, record_changes


def record_turn(*, sale_id: int, user_id: int | None, was: str, now: str) -> None:
    """In the transaction of the change. `user_id` is None where nobody of the staff did it."""
    _record(sale_id, user_id, {"state": (was, now)})


def record_made(*, sale_id: int, user_id: int | None) -> None:
    _record(sale_id, user_id, {}, added=True)


def record_edit(*, sale_id: int, user_id: int | None, was: Mapping[str, object], now: Mapping[str, object]) -> None:
    """`was` and `now` map the same columns to their values."""
    changed = {name.replace("_", " "): (was[name], now[name]) for name in was if was[name] != now[name]}
    _record(sale_id, user_id, changed)


def _record(sale_id: int, user_id: int | None, fields: Fields, *, added: bool = False) -> None:
    if user_id is None or not (fields or added):
        return
    name = FlashSale.objects.values_list("name", flat=True).get(pk=sale_id)
    record_changes(
        user_id=user_id,
        model=FlashSale,
        changes=[Recorded(object_id=sale_id, name=name, fields=fields, added=added)],
    )
