"""The inventory behind the counter. Nothing here writes a table: staff's forms call `inventory.staff`."""

from inventory.admin import movement, reservation, stock

__all__ = ["movement", "reservation", "stock"]
