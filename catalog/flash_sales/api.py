"""Flash sales in JSON: everybody sees what is on and what comes; staff open, start and end sales with their keys."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, StringConstraints

from catalog.flash_sales.queries import Sale, announced_sales, get_sale
from catalog.flash_sales.scheduling import open_sale
from catalog.flash_sales.terms import LEAST_PERCENT, LONGEST_NAME, MOST_PERCENT, MOST_PRODUCTS, Terms
from catalog.flash_sales.turning import end_sale, start_sale
from shop.visitors.api_key_auth import key_owner, staff_key

router = Router(tags=["flash sales"])
CHANGE = "catalog.change_flashsale"


class FlashSaleIn(Schema):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
    product_ids: list[int] = Field(min_length=1, max_length=MOST_PRODUCTS, description="Each counts once.")
    percent_off: Decimal = Field(
        ge=LEAST_PERCENT, le=MOST_PERCENT, decimal_places=2, description="Off each product's regular price."
    )
    starts_at: AwareDatetime | None = Field(None, description="Without it, or where it has passed: at once.")
    ends_at: AwareDatetime | None = Field(None, description="Without it the sale is ended by hand.")


class FlashSaleOut(Schema):
    id: int
    name: str
    state: str = Field(description="`scheduled`, `on`, `ended` or `cancelled`.")
    percent_off: str | None = Field(description="null where each product has a price of its own.", examples=["20.00"])
    starts_at: datetime | None = Field(description="When it started, or will; null: by hand. UTC.")
    ends_at: datetime | None = Field(description="When it will end; null: by hand. UTC.")
    products: int = Field(description="How many products it has; the list of sales counts up to 100 of each.")
    more_products: bool = Field(description="Whether it has more products than that.")


@router.get("", response=list[FlashSaleOut], url_name="flash-sales", summary="Sales that are on or come within a week")
def flash_sales(request: HttpRequest) -> list[FlashSaleOut]:
    """At most 50, those that are on first."""
    return [_out(sale) for sale in announced_sales()]


@router.post("", response={201: FlashSaleOut}, auth=staff_key(CHANGE), summary="Open a sale")
def open_flash_sale(request: HttpRequest, sale: FlashSaleIn) -> Status[FlashSaleOut]:
    """It is scheduled if `starts_at` lies in the future, and on otherwise. A product may be in several sales: the
    lowest price wins."""
    terms = Terms(
        name=sale.name,
        items=dict.fromkeys(sale.product_ids),
        percent_off=sale.percent_off,
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
    )
    return Status(201, _shown(open_sale(terms, user_id=key_owner(request).pk)))


@router.post("/{int:sale_id}/start", response=FlashSaleOut, auth=staff_key(CHANGE), summary="Start a sale now")
def start_flash_sale(request: HttpRequest, sale_id: int) -> FlashSaleOut:
    """409 `sale_state` for one that is not waiting for its start."""
    start_sale(sale_id=sale_id, user_id=key_owner(request).pk)
    return _shown(sale_id)


@router.post("/{int:sale_id}/end", response=FlashSaleOut, auth=staff_key(CHANGE), summary="End a sale now")
def end_flash_sale(request: HttpRequest, sale_id: int) -> FlashSaleOut:
    """409 `sale_state` for one that is not on."""
    end_sale(sale_id=sale_id, user_id=key_owner(request).pk)
    return _shown(sale_id)


def _shown(sale_id: int) -> FlashSaleOut:
    return _out(get_sale(sale_id=sale_id, counted=MOST_PRODUCTS))


def _out(sale: Sale) -> FlashSaleOut:
    return FlashSaleOut(
        id=sale.id,
        name=sale.name,
        state=sale.state,
        percent_off=None if sale.percent_off is None else f"{sale.percent_off:.2f}",
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
        products=sale.products,
        more_products=sale.has_more,
    )
