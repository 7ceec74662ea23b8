"""What Larder is, and which cache keeps what."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.queries import get_category_tree
from shop.caching.policy import Pattern, Policy
from shop.caching.registry import REGISTRY
from shop.storefront.page_answer import page_answer

# Who keeps an entry true, by pattern: the definition of each.
KEPT_TRUE: Final = {
    Pattern.CACHE_ASIDE: "dropped right after a change is committed, and again by the change log",
    Pattern.READ_THROUGH: "dropped by the change log; the cache itself loads what is missing",
    Pattern.READ_AND_WRITE_THROUGH: "every write passes through the cache; the cache itself loads what is missing",
    Pattern.WRITE_THROUGH: "every write passes through the cache, after the database took it",
    Pattern.WRITE_BEHIND: "the cache takes the writes first, and flushes them to the database",
}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return page_answer(request, "about.html", {"tree": get_category_tree()})


@require_safe
def about_caching(request: HttpRequest) -> HttpResponse:
    context = {"tree": get_category_tree(), "caches": [_row(policy) for policy in REGISTRY.policies()]}
    return page_answer(request, "about_caching.html", context)


def _row(policy: Policy) -> dict[str, str]:
    return {
        "name": policy.name.replace("_", " "),
        "pattern": policy.pattern,
        "fresh": _in_words(policy.ttl),
        "grace": _in_words(policy.stale_grace),
        "kept_true": KEPT_TRUE[policy.pattern],
    }


def _in_words(seconds: float) -> str:
    """A span as a person would say it; "none" for 0."""
    if seconds == 0:
        return "none"
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"
