"""Shows a page: the template, and what the browser may do with it."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Nothing from elsewhere, no inline script, no inline style. JSON-LD is data, which the policy does not concern.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page_answer(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template of this name below storefront/, as a page or as a part of one."""
    response = render(request, f"storefront/{template}", context, status=status)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
