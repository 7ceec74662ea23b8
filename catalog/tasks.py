"""Work of the catalog for the queue. When and for how long stands in shop/celery.py."""

from celery import shared_task

from catalog import operations


@shared_task
def recompute_related() -> None:
    """Number the nearest products of each anew; a run over an unchanged shop writes nothing, so twice is once."""
    operations.recompute_related_products()
