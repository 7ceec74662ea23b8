"""POST /api/products/{id}/views: the beacon of a product's page, and of programs that show products."""

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from analytics.page_views import saw_product
from shop.caching.recorder import Recorded

router = Router(tags=["analytics"])


class ViewOut(Schema):
    """Where the view is now."""

    view: Literal["durable", "waiting", "dropped"] = Field(
        description="`durable`: in Redis. `waiting`: in this process, until Redis answers again. `dropped`: there was "
        "no room to wait; it is counted among the dropped."
    )


@router.post("/{int:product_id}/views", response={202: ViewOut}, url_name="views", summary="Count a view")
def view(request: HttpRequest, product_id: int) -> Status[ViewOut]:
    """It is counted within two seconds or so. Nothing is taken from the body."""
    recorded: Recorded = saw_product(request, product_id=product_id)
    return Status(202, ViewOut(view=recorded.value))
