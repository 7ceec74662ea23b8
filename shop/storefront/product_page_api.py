"""GET /api/products/{id}: the whole product page in one answer."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from catalog.operations import ProductNotFoundError
from catalog.schemas import (
    AttributeOut,
    CardOut,
    CategoryOut,
    PriceOut,
    ReviewsOut,
    card_out,
    category_out,
    price_out,
    reviews_out,
)
from shop.storefront.product_page import ProductPage, product_page

router = Router(tags=["catalog"])


class StockOut(Schema):
    available: bool
    quantity: int = Field(description="How many nobody has reserved, as shown; checkout asks the database.")


class ProductOut(Schema):
    id: int
    sku: str
    slug: str
    name: str
    brand: str
    description: str = Field(description="Plain text; line breaks mean paragraphs.")
    category: CategoryOut | None
    attributes: list[AttributeOut]
    price: PriceOut | None = Field(description="null while the product has no price.")
    stock: StockOut
    reviews: ReviewsOut
    related: list[CardOut] = Field(description="Similar products, nearest first.")
    also_bought: list[CardOut] = Field(description="What customers bought as well, the closest first; compared daily.")
    views: int = Field(description="How often its page was looked at, as far as that was flushed: some seconds old.")
    created_at: datetime = Field(description="UTC.")
    updated_at: datetime = Field(description="UTC.")


@router.get("/{int:product_id}", response=ProductOut, url_name="product", summary="The whole page of one product")
def product(request: HttpRequest, product_id: int) -> ProductOut:
    """`Cache-Status` says for each part whether it came from a cache, and how much longer it may."""
    page = product_page(product_id=product_id)
    if page is None:
        raise ProductNotFoundError(product_id)
    return _product_out(page)


def _product_out(page: ProductPage) -> ProductOut:
    return ProductOut(
        id=page.product.id,
        sku=page.product.sku,
        slug=page.product.slug,
        name=page.product.name,
        brand=page.product.brand,
        description=page.product.description,
        category=category_out(page.path[-1] if page.path else None),
        attributes=[AttributeOut(key=key, value=value) for key, value in page.product.attributes],
        price=price_out(page.price),
        stock=StockOut(available=page.stock.available > 0, quantity=max(0, page.stock.available)),
        reviews=reviews_out(page.reviews),
        related=[card_out(card) for card in page.related],
        also_bought=[card_out(card) for card in page.also_bought],
        views=page.views,
        created_at=page.product.created_at,
        updated_at=page.product.updated_at,
    )
