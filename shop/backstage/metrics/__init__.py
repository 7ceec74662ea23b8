"""GET /metrics, in the text format of Prometheus: docs/observing.md names every family.

page         who may read it, and the answer
process      what the answering process did: caches, breaker, bounds, local tier
rate_limits  what it decided about calls
change_log   what the database knows: the change log, relays and consumers
"""
