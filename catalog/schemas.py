"""The catalog in JSON: what the API answers, documented where it is defined.

Amounts are strings with two decimals ("3.20"), so that no client reads them into a float; times are ISO 8601 in UTC.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from catalog.lists import Card, ProductList
from catalog.snapshots import (
    AttributeValue,
    CategorySnapshot,
    PriceSnapshot,
    ReviewSnapshot,
    ReviewSummarySnapshot,
)

Amount = Annotated[str, Field(pattern=r"^\d+\.\d{2}$", examples=["3.20"], description="Two decimals.")]


class CategoryOut(Schema):
    id: int
    slug: str
    name: str


class PriceOut(Schema):
    amount: Amount
    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    regular_amount: Amount = Field(description="The price without any reduction.")
    on_sale: bool = Field(description="Whether `amount` is below `regular_amount`.")
    sale_ends_at: datetime | None = Field(description="When the reduction ends, if that is known. UTC.")


class AttributeOut(Schema):
    key: str
    value: AttributeValue


class ReviewOut(Schema):
    id: int
    author: str
    rating: int = Field(description="1 to 5.")
    title: str
    body: str
    created_at: datetime = Field(description="UTC.")


class ReviewsOut(Schema):
    average: float | None = Field(description="One decimal; null while there is no review.")
    count: int
    latest: list[ReviewOut] = Field(description="The newest five, newest first.")


class CardOut(Schema):
    """A product as lists show it."""

    id: int
    name: str
    slug: str
    brand: str
    category: CategoryOut | None
    price: PriceOut | None = Field(description="null while the product has no price.")


class ProductListOut(Schema):
    items: list[CardOut]
    next_cursor: str | None = Field(description="Pass it as `cursor` for the next page; null on the last.")


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def category_out(category: CategorySnapshot | None) -> CategoryOut | None:
    return None if category is None else CategoryOut(id=category.id, slug=category.slug, name=category.name)


def price_out(price: PriceSnapshot | None) -> PriceOut | None:
    if price is None:
        return None
    return PriceOut(
        amount=money(price.amount),
        currency=price.currency,
        regular_amount=money(price.regular_amount),
        on_sale=price.on_sale,
        sale_ends_at=price.sale_ends_at,
    )


def card_out(card: Card) -> CardOut:
    return CardOut(
        id=card.product.id,
        name=card.product.name,
        slug=card.product.slug,
        brand=card.product.brand,
        category=category_out(card.category),
        price=price_out(card.price),
    )


def review_out(review: ReviewSnapshot) -> ReviewOut:
    return ReviewOut(
        id=review.id,
        author=review.author,
        rating=review.rating,
        title=review.title,
        body=review.body,
        created_at=review.created_at,
    )


def reviews_out(summary: ReviewSummarySnapshot) -> ReviewsOut:
    return ReviewsOut(
        average=None if summary.average is None else float(summary.average),
        count=summary.count,
        latest=[review_out(review) for review in summary.latest],
    )


def product_list_out(products: ProductList) -> ProductListOut:
    return ProductListOut(items=[card_out(card) for card in products.cards], next_cursor=products.next_cursor)
