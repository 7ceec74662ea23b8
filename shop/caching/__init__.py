"""The caching patterns, one file each, and what they stand on."""
