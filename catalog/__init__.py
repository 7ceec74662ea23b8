"""Products, prices, reviews and what relates them. Cache-aside: the application loads."""
