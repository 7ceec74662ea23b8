"""GET /metrics, in the text format of Prometheus: docs/observing.md names every family.

page         who may read it, and the answer
process      what the answering process did: caches, breaker, bounds, local tier
rate_limits  what it decided about calls
views        views on their way to the database
database     what the database knows, with `change_log`: the change log, relays and consumers
"""
