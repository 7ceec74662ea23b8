"""The change log: what was written, for everyone who caches it."""
