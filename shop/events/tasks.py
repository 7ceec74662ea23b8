"""Work of the change log for the queue. When, and for how long at most, stands in shop/celery.py."""

from celery import shared_task

from shop.events.retention import prune_all


@shared_task
def prune_change_log() -> None:
    """Also while nobody writes by an operation, whose writers prune a little each."""
    prune_all()
