"""The inventory's tables. It knows products by their ids alone, so no table here has a foreign key to the catalog.

inventory_stock             how much there is, one row a product; owns the cache entry "stock"
inventory_movement          the ledger: every change of a stock row, append-only; not cached, on purpose
inventory_reservation       goods kept for somebody for some minutes; not cached, on purpose
inventory_reservationline   how much of which product a reservation keeps

Lock order of every writer: the reservation first, then rows of stock by product id.
"""

from inventory.models.movement import Movement
from inventory.models.reservation import Reservation, ReservationLine
from inventory.models.stock import Stock

__all__ = ["Movement", "Reservation", "ReservationLine", "Stock"]
