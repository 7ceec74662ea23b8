"""What a visitor bought before logging in goes along with them.

What another request pays for at that moment is not there yet, and a checkout whose key the customer has used already
stays the guest's until it is an order. So the session keeps the guest's token, and this runs again whenever the
customer asks for orders.
"""

from django.db.models import Exists, OuterRef

from cart.models import Checkout, Order


def take_orders_along(*, guest: str, user_id: int) -> int:
    """Give the guest's orders and checkouts to the customer; returns how many orders. May be repeated.

    Two statements, each a transaction of its own, in this order: 1. a checkout is being completed, for the guest;
    2. the checkouts are taken along, which waits for step 1; 3. then the order is there to be taken along too.
    """
    if not guest:
        return 0
    same_key = Checkout.objects.filter(user_id=user_id, key=OuterRef("key"))
    Checkout.objects.filter(~Exists(same_key), user__isnull=True, guest=guest).update(user_id=user_id, guest="")
    return Order.objects.filter(user__isnull=True, guest=guest).update(user_id=user_id, guest="")
