"""Work of the catalog for the queue. When and for how long stands in shop/celery.py."""

from celery import shared_task

from catalog import operations
from catalog.flash_sales.turning import run_due_sales


@shared_task
def recompute_related() -> None:
    """Number the nearest products of each anew; a run over an unchanged shop writes nothing, so twice is once."""
    operations.recompute_related_products()


@shared_task
def run_flash_sales() -> None:
    """Start and end what is due by the database's clock; a sale changes its state once, so twice is once."""
    run_due_sales()
