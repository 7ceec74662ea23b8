"""Sessions: cache-aside, 30 min, sliding. A page reads the session before anything else, and writes it hardly ever. No
stale grace and no copies in the processes, and while Redis is away no load is shared that began before a request came:
whoever logged out is out at the next request, in every process.

The entry itself does not slide: after 30 min it is loaded again, so that nothing that was lost lives on. What slides is
the use beside it. An entry is made by a use, so whoever finds a fresh one needs no other proof that the session lives.
"""

from shop.caching.cache_aside import CacheAside
from shop.caching.policy import Pattern, Policy
from shop.caching.sliding import SlidingUse
from shop.visitors.session_times import IDLE
from shop.visitors.snapshots import SessionSnapshot

SESSION_POLICY = Policy(
    name="session",
    pattern=Pattern.CACHE_ASIDE,
    schema=1,
    ttl=IDLE,
    jitter=0,
    negative_ttl=30,
    joins_unwatched=False,
)
SESSION_CACHE = CacheAside(SESSION_POLICY, SessionSnapshot)
SESSION_USE = SlidingUse(SESSION_POLICY, idle=IDLE)
