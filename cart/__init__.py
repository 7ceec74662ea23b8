"""Carts, checkout and orders. Write-through; the app itself is still to come."""
