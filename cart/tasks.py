"""What the queue does for carts and orders: one call inward each. shop/celery.py says when."""

from celery import shared_task

from cart import operations
from cart.checkout.sweeping import sweep


@shared_task
def settle_payments() -> int:
    """Payments in doubt become orders or are given up, and refunds that are due are made."""
    return sweep()


@shared_task
def delete_forgotten_carts() -> int:
    return operations.delete_forgotten_carts()
