"""Stock, reservations and movements. Read-through and write-through; the app itself is still to come."""
