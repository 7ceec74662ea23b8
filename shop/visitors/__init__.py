"""Who visits: customers with an account, and programs with a staff key."""
