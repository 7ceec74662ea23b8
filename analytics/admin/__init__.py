"""What analytics knows, for staff to look at. Nothing here is written by hand; dead batches can be replayed."""

from analytics.admin import also_bought, dead_batch, flushed_batch, product_views

__all__ = ["also_bought", "dead_batch", "flushed_batch", "product_views"]
