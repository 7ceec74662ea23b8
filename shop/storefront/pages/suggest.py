"""GET /search/suggest/?q=: what the search field offers while somebody types, as a part of a page."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.suggestions import suggest as suggestions_for
from shop.storefront.page_answer import page_answer

# As long as the field itself lets somebody type.
LONGEST: Final = 200


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST]
    found = suggestions_for(words)
    number = len(found.words) + len(found.categories) + len(found.cards)
    return page_answer(request, "suggestions.html", {"words": words, "found": found, "number": number})
