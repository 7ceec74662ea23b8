"""Who visits: customers with an account."""
