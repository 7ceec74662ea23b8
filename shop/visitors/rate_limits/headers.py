"""What an answer says of its limit, in the fields of draft-ietf-httpapi-ratelimit-headers-10:

    RateLimit-Policy: "writes";q=100;w=60     100 calls in any 60 seconds
    RateLimit: "writes";r=99;t=60             99 are left; in 60 seconds there is one more
    Retry-After: 12                           with a refusal (RFC 9110): in 12 seconds a call would be let through

While Redis is away, `q` is what the process allows by itself. Seconds are whole, rounded up: who waits them is let in.
"""

from django.http.response import HttpResponseBase

from shop.visitors.rate_limits.limiter import Decision


def tell(response: HttpResponseBase, decision: Decision) -> None:
    name = decision.policy.name
    response["RateLimit-Policy"] = f'"{name}";q={decision.limit};w={decision.policy.window}'
    response["RateLimit"] = f'"{name}";r={decision.left};t={decision.more_in_s}'
    if not decision.let_through:
        response["Retry-After"] = str(decision.more_in_s)
