"""Carts, checkout and orders.

A cart is written through its cache (cart/cart_cache.py). Checkouts and orders are in no cache: what decides is asked of
the database, and so is what shows it (cart/checkout/, cart/orders.py).

Nothing but cart/operations writes a cart, nothing but cart/checkout an order, and nobody locks a row while the provider
of cart/payments is asked. Proved by tests/integration/test_cart_*.py, test_checkout*.py and tests/races/test_cart_*.py.
"""
