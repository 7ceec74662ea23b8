"""Rate limits: how often somebody may ask for something.

policies        the limits, by name: how many calls, in how long a window, counted for whom
routes          which limit an address has
address         where a request came from
subject         for whom it counts: an API key, a user, or an address
window          the contract of a sliding-window log
redis_window    the log that all processes share: one Lua script on the server's clock (take.lua)
memory_window   the same for one process: while Redis is away, and in tests
guarded_window  the shared log behind its breaker
limiter         decides
figures         what was decided, counted
registry        the process's limiter, as shop/wiring.py makes it
headers         what an answer says of it
middleware      asks before each view

docs/rate-limits.md explains all of it.
"""
