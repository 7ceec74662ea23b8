"""How many reviews wait for somebody to look at them."""

from typing import Final

from catalog.models import Review

# Nobody acts differently on a hundred than on a thousand, and counting has to end somewhere.
MOST_WAITING: Final = 99


def count_waiting() -> int:
    """By the index of those that wait; MOST_WAITING + 1 stands for any larger number."""
    return Review.objects.filter(status=Review.Status.NEW).order_by()[: MOST_WAITING + 1].count()
