"""The pages behind the counter whose cost must not grow with the shop: their names and addresses.

Invariant: every list of the admin is among them, but for LEFT_OUT; a filter is asked for by the address that it sends.
Proved by tests/integration/test_scale_pages.py.
"""

from decimal import Decimal
from typing import Final

from django.urls import reverse

from analytics.models import DeadBatch
from cart.models import Cart, Order
from catalog.bulk.price_preview import make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.models import Category, Product
from inventory.models import Reservation
from tests.scale.changes import log_changes
from tests.scale.pages import COMMON, RARE
from tests.scale.till import sell_everything

# Why their lists are not measured.
LEFT_OUT: Final = {
    "auth_group": "made by hand, and few",
    "visitors_apikey": "made by hand, and few",
}


def staff_pages(keeper_id: int) -> dict[str, str]:
    sell_everything()
    log_changes()
    lists = catalog_lists() | stock_lists() | till_lists() | views_lists() | log_lists(keeper_id)
    return {f"admin: {name}": address for name, address in (lists | single_pages(keeper_id)).items()}


def catalog_lists() -> dict[str, str]:
    products, prices, reviews = (listed(f"catalog_{name}") for name in ("product", "price", "review"))
    shelf = Category.objects.filter(children=None).order_by("id")[0]
    department = Category.objects.filter(parent=None).order_by("id")[0]
    sku = Product.objects.order_by("id")[0].sku
    return {
        "products": products,
        "products, last page": f"{products}?p=20",
        "products by SKU": f"{products}?o=2",
        "products, published": f"{products}?is_published__exact=1",
        "products, withdrawn": f"{products}?is_published__exact=0",
        "products, featured": f"{products}?is_featured__exact=1",
        "products of a shelf": f"{products}?category={shelf.slug}",
        "products of a department": f"{products}?category={department.slug}",
        "products on sale": f"{products}?priced=sale",
        "products not on sale": f"{products}?priced=regular",
        "products without a price": f"{products}?priced=none",
        "products of a shelf on sale": f"{products}?category={shelf.slug}&priced=sale",
        "products, common word": f"{products}?q={COMMON}",
        "products, rare word": f"{products}?q={RARE}",
        "products, one SKU": f"{products}?q={sku}",
        "prices": prices,
        "prices by amount": f"{prices}?o=5",
        "prices, common word": f"{prices}?q={COMMON}",
        "reviews": reviews,
        "reviews of a SKU": f"{reviews}?q={sku}",
        **{f"reviews, {status}": f"{reviews}?status={status}" for status in ("new", "hidden", "approved")},
        "review summaries": listed("catalog_reviewsummary"),
        "related products": listed("catalog_relatedproducts"),
        "categories": listed("catalog_category"),
        "the tree's version": listed("catalog_categorytree"),
        "flash sales": listed("catalog_flashsale"),
        "price changes": listed("catalog_pricechangeplan"),
    }


def stock_lists() -> dict[str, str]:
    stock, movements, held = (listed(f"inventory_{name}") for name in ("stock", "movement", "reservation"))
    product_id = Product.objects.order_by("id")[0].pk
    return {
        "stock": stock,
        "stock, last page": f"{stock}?p=20",
        "stock, one product": f"{stock}?q={product_id}",
        **{f"stock, {short}": f"{stock}?short={short}" for short in ("out", "scarce", "held")},
        "movements": movements,
        "movements of a product": f"{movements}?q={product_id}",
        "reservations": held,
        "reservations, last page": f"{held}?p=20",
        **{f"reservations, {status}": f"{held}?status__exact={status}" for status in ("open", "committed")},
        "reservations by reference": f"{held}?q=for {product_id}",
    }


def till_lists() -> dict[str, str]:
    orders, checkouts, carts = (listed(f"cart_{name}") for name in ("order", "checkout", "cart"))
    order = Order.objects.order_by("-number")[0]
    return {
        "orders": orders,
        "orders, page 10": f"{orders}?p=10",
        **{f"orders, {status}": f"{orders}?status__exact={status}" for status in ("placed", "delivered")},
        "orders by number": f"{orders}?q={order.number}",
        "orders by mail": f"{orders}?q={order.email}",
        "checkouts": checkouts,
        "checkouts, last page": f"{checkouts}?p=20",
        **{f"checkouts, {state}": f"{checkouts}?state__exact={state}" for state in ("paying", "declined", "completed")},
        "checkouts by id": f"{checkouts}?q={order.pk}",
        "carts": carts,
        "carts, last page": f"{carts}?p=20",
        **user_lists(),
    }


def user_lists() -> dict[str, str]:
    users = listed("auth_user")
    return {
        "users": users,
        "users, last page": f"{users}?p=20",
        **{f"users, {who}": f"{users}?who={who}" for who in ("staff", "former", "superusers")},
        "users by name": f"{users}?q=CUSTOMER7@example.org",
        "users by the first letters": f"{users}?q=customer77",
    }


def views_lists() -> dict[str, str]:
    views, flushed, dead = (listed(f"analytics_{name}") for name in ("productviews", "flushedbatch", "deadbatch"))
    product_id = Product.objects.order_by("id")[0].pk
    return {
        "views": views,
        "views, last page": f"{views}?p=20",
        "views of a product": f"{views}?q={product_id}",
        "batches": flushed,
        "batches after losses": f"{flushed}?losses=told",
        "a batch by its id": f"{flushed}?q=flushed-{product_id}",
        "dead batches": dead,
        **{f"dead batches, {state}": f"{dead}?state={state}" for state in ("waiting", "replayed")},
        "also bought": listed("analytics_alsobought"),
        "comparisons of orders": listed("analytics_alsoboughtrun"),
    }


def log_lists(keeper_id: int) -> dict[str, str]:
    changes, history = listed("events_change"), listed("admin_logentry")
    return {
        "changes": changes,
        **{f"changes, {state}": f"{changes}?state={state}" for state in ("unfinished", "finished")},
        "traces": listed("events_trace"),
        "stations": listed("events_station"),
        "the database's name": listed("events_databaseidentity"),
        "history": history,
        "history of the keeper": f"{history}?user={keeper_id}",
    }


def single_pages(keeper_id: int) -> dict[str, str]:
    product_id = Product.objects.order_by("id")[0].pk
    order = Order.objects.order_by("-number")[0]
    return {
        "dashboard": reverse("admin:index"),
        "a product": changed("catalog_product", product_id),
        "a product's history": reverse("admin:catalog_product_history", args=[product_id]),
        "a product's stock": changed("inventory_stock", product_id),
        "a product's views": changed("analytics_productviews", product_id),
        "a price change": changed("catalog_pricechangeplan", previewed(keeper_id)),
        "a reservation": changed("inventory_reservation", Reservation.objects.order_by("-id")[0].pk),
        "an order": changed("cart_order", order.pk),
        "a checkout": changed("cart_checkout", order.pk),
        "a cart": changed("cart_cart", Cart.objects.order_by("-id")[0].pk),
        "a dead batch": changed("analytics_deadbatch", DeadBatch.objects.order_by("-failed_at")[0].pk),
    }


def listed(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def changed(model: str, key: object) -> str:
    return reverse(f"admin:{model}_change", args=[key])


def previewed(keeper_id: int) -> int:
    """A price change of a thousand products, as far as the preview; its id."""
    ids = list(Product.objects.order_by("id").values_list("pk", flat=True)[:1000])
    plan_id = make_plan(product_ids=ids, chosen="a thousand", user_id=keeper_id)
    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(10)))
    return plan_id
