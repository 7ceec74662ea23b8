"""The catalog's part of the JSON API. The whole product page is the storefront's: it composes several apps."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import StringConstraints

from catalog.filters import ProductFilters, filtered_list
from catalog.operations import post_review
from catalog.schemas import ProductListOut, product_list_out

router = Router(tags=["catalog"])


def _text(*, at_most: int, at_least: int = 0) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=at_least, max_length=at_most)


class ReviewIn(Schema):
    author: Annotated[str, _text(at_least=1, at_most=60)]
    rating: int = Field(ge=1, le=5, description="1 (poor) to 5 (excellent).")
    title: Annotated[str, _text(at_least=1, at_most=120)]
    body: Annotated[str, _text(at_most=4000)] = ""


class PostedReview(ReviewIn):
    id: int
    product_id: int


@router.get("", response=ProductListOut, url_name="products", summary="List, search and filter products")
def products(request: HttpRequest, filters: Query[ProductFilters]) -> ProductListOut:
    """Keyset-paginated: no page is skipped or shown twice when products come and go between two calls."""
    return product_list_out(filtered_list(filters))


@router.post("/{int:product_id}/reviews", response={201: PostedReview}, summary="Post a review")
def reviews(request: HttpRequest, product_id: int, review: ReviewIn) -> Status[PostedReview]:
    """The next read of the product shows it, in any process."""
    review_id = post_review(product_id=product_id, **review.dict())
    return Status(201, PostedReview(id=review_id, product_id=product_id, **review.dict()))
