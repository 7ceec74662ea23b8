"""Pages that are one visitor's own: kept by no cache on the way, and found by no search engine."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from shop.storefront.page_answer import page_answer

NOT_KEPT: Final = "private, no-store"
Answer = TypeVar("Answer", bound=HttpResponseBase)


def private_page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """As page_answer; the template extends storefront/private.html, which asks robots to leave it alone."""
    return not_kept(page_answer(request, template, dict(context), status=status))


def not_kept(answer: Answer) -> Answer:
    """The answer, for this visitor alone and this once."""
    answer["Cache-Control"] = NOT_KEPT
    return answer
