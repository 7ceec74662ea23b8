"""Stock, reservations and movements: read-through and write-through."""
