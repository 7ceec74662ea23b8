"""GET /pictures/<edition>/<name>.svg: drawn from the address alone, without a query or a round trip."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from shop.storefront.pictures.picture import EDITION, NoSuchPictureError, Picture

YEAR_S: Final = 31_536_000
HEADERS: Final = {
    "Cache-Control": f"public, max-age={YEAR_S}, immutable",
    # Opened by itself, a picture is a document: it may style itself, and load and run nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def picture_address(picture: Picture) -> str:
    return reverse("picture", kwargs={"edition": EDITION, "name": picture.name})


@require_safe
def picture(request: HttpRequest, edition: int, name: str) -> HttpResponse:
    """Raises NoSuchPictureError, for the drawings of other editions too."""
    if edition != EDITION:
        raise NoSuchPictureError(name)
    asked = Picture.named(name)
    # The address is the content, so a tag needs no drawing.
    etag = quote_etag(f"{EDITION}-{name}")
    response = get_conditional_response(request, etag=etag) or HttpResponse(asked.svg(), content_type="image/svg+xml")
    response["ETag"] = etag
    # An answer without a body is not compressed, and would miss what the compressed one says.
    patch_vary_headers(response, ["Accept-Encoding"])
    for header, value in HEADERS.items():
        response[header] = value
    return response
