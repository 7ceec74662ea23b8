"""What bulk changes say when somebody else holds the products: the same as the rest of the admin."""

from shop.events.busy import RowsBusyError, or_busy

__all__ = ["RowsBusyError", "or_busy"]
