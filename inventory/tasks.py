"""Work for the queue: one call inward each. How often, and for how long at most, stands in shop/celery.py."""

from celery import shared_task

from inventory.operations import expire_due


@shared_task
def expire_reservations() -> int:
    """Reservations past their time give their goods back; returns how many there were."""
    return expire_due()
