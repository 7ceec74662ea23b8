"""An order, or the payment that may become one: its owner's alone, straight from the database."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cart.orders import OrderView, get_order
from cart.visitors import owner_of
from catalog.queries import get_category_tree
from shop.storefront.answers import failure_answer
from shop.storefront.failure import NOT_FOUND
from shop.storefront.private_page import not_kept, private_page

# The way of an order, as its page shows it.
STEPS: Final = (("placed", "Placed"), ("packed", "Packed"), ("sent", "On its way"), ("delivered", "Delivered"))
# After these nothing comes: the page need not look again.
LAST: Final = frozenset({"delivered", "refunded", "payment_declined"})


@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Somebody else's order is answered as one that does not exist."""
    found = get_order(order_id=order_id, owner=owner_of(request))
    if found is None:
        return not_kept(failure_answer(request, NOT_FOUND))
    context = {
        "order": found,
        "steps": _steps(found),
        "changes": found.status not in LAST,
        "tree": get_category_tree(),
    }
    return private_page(request, "order.html", context)


def _steps(found: OrderView) -> list[dict[str, object]]:
    """Each step with whether it is done and whether it is the present one; none for what is on another way."""
    names = [name for name, _ in STEPS]
    if found.status not in names:
        return []
    present = names.index(found.status)
    return [
        {"words": words, "done": place <= present, "present": place == present}
        for place, (_, words) in enumerate(STEPS)
    ]
