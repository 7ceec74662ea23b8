"""Who made, changed, started, ended and cancelled a sale. What the clock did stands in the sale's own times."""

from catalog.flash_sales.terms import Terms
from catalog.models import FlashSale
from shop.events.history import Fields, Recorded, record_changes


def record_turn(*, sale_id: int, user_id: int | None, was: str, now: str) -> None:
    """In the transaction of the change. `user_id` is None where nobody of the staff did it."""
    _record(sale_id, user_id, {"state": (was, now)})


def record_terms(*, sale_id: int, user_id: int | None, was: Terms | None, now: Terms) -> None:
    """`was` is None for a sale that has just been made."""
    _record(sale_id, user_id, {} if was is None else _differences(was, now), added=was is None)


def _record(sale_id: int, user_id: int | None, fields: Fields, *, added: bool = False) -> None:
    if user_id is None or not (fields or added):
        return
    name = FlashSale.objects.values_list("name", flat=True).get(pk=sale_id)
    record_changes(
        user_id=user_id,
        model=FlashSale,
        changes=[Recorded(object_id=sale_id, name=name, fields=fields, added=added)],
    )


def _differences(was: Terms, now: Terms) -> Fields:
    pairs: dict[str, tuple[object, object]] = {
        name.replace("_", " "): (getattr(was, name), getattr(now, name))
        for name in ("name", "percent_off", "starts_at", "ends_at")
        if getattr(was, name) != getattr(now, name)
    }
    if was.items != now.items:
        pairs["products"] = (f"{len(was.items):,}", f"{len(now.items):,}, other ones or other prices")
    return pairs
