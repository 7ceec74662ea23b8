"""A product, as the inventory's pages name it: by its name where somebody knows it, with a link to its own page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.staff import names_of
from shop.events.admin_bases.bounded_list import BoundedChangeList


def named(product_id: int, names: dict[int, str] | None = None) -> str:
    """`Plum jam (7)`, or `product 7`."""
    known = names if names is not None else names_of(product_ids=[product_id])
    name = (known or {}).get(product_id)
    return f"{name} ({product_id})" if name else f"product {product_id}"


def product_link(request: HttpRequest, product_id: int, names: dict[int, str] | None = None) -> str | SafeString:
    """With a link for those who may see products, where there is such a product."""
    known = names if names is not None else names_of(product_ids=[product_id])
    user: Any = request.user
    may_look = user.has_perm("catalog.view_product") or user.has_perm("catalog.change_product")
    text = named(product_id, known)
    if not may_look or product_id not in (known or {}):
        return text
    return format_html(
        '<a class="larder-link" href="{}">{}</a>', reverse("admin:catalog_product_change", args=[product_id]), text
    )


class NamingChangeList(BoundedChangeList):
    """A list whose rows are each about a product: the names of a page are asked for at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list[Any](self.result_list)  # type: ignore[has-type]  # unfold has no types
        names = names_of(product_ids=sorted({row.product_id for row in rows})) or {}
        for row in rows:
            row.product_name = named(row.product_id, names)
        self.result_list = rows
