"""Work for the queue: one call inward each."""

from celery import shared_task

from inventory.operations import expire_due


@shared_task(name="inventory.expire_reservations")
def expire_reservations() -> int:
    """Every 10 s: reservations past their time give their goods back; returns how many there were."""
    return expire_due()
