"""Every page of the admin, by name. A page that is not in here is not checked: add it.

tests/browser/test_admin_addresses.py sees to it that no table is forgotten.
"""

from collections.abc import Mapping
from typing import Final

from tests.browser.addresses import Address
from tests.browser.begun_work import DEAD_BATCH
from tests.browser.sales import sale_numbers
from tests.browser.stocked_shop import Shop

# Seen by who is not logged in.
ADMIN_DOOR: Final = "/admin/login/"

_ADMIN: Final = {
    "dashboard": "",
    "own password": "password_change/",
    "products": "catalog/product/",
    "product": "catalog/product/{product}/change/",
    "new product": "catalog/product/add/",
    "product's history": "catalog/product/{product}/history/",
    "product's end": "catalog/product/{product}/delete/",
    "files": "catalog/product/csv/",
    "prices": "catalog/price/",
    "price": "catalog/price/{product}/change/",
    "price changes": "catalog/pricechangeplan/",
    "price change": "catalog/pricechangeplan/add/",
    "price change's rule": "catalog/pricechangeplan/{plan}/rule/",
    "price change's preview": "catalog/pricechangeplan/{plan}/change/",
    "flash sales": "catalog/flashsale/",
    "flash sale": "catalog/flashsale/{sale}/change/",
    "flash sale's terms": "catalog/flashsale/{planned}/edit/",
    "new flash sale": "catalog/flashsale/add/",
    "categories": "catalog/category/",
    "category": "catalog/category/{category}/change/",
    "new category": "catalog/category/add/",
    "reviews": "catalog/review/",
    "review": "catalog/review/{review}/change/",
    "review's end": "catalog/review/{review}/delete/",
    "review summaries": "catalog/reviewsummary/",
    "review summary": "catalog/reviewsummary/{summary}/change/",
    "all related products": "catalog/relatedproducts/",
    "related products": "catalog/relatedproducts/{related}/change/",
    "category trees": "catalog/categorytree/",
    "category tree": "catalog/categorytree/{tree}/change/",
    "log": "admin/logentry/",
    "logged change": "admin/logentry/{entry}/change/",
    "change log": "events/change/",
    "unfinished changes": "events/change/?state=unfinished",
    "change": "events/change/{change}/change/",
    "traces": "events/trace/",
    "trace": "events/trace/{trace}/change/",
    "relays and consumers": "events/station/",
    "relay": "events/station/{station}/change/",
    "database identities": "events/databaseidentity/",
    "database identity": "events/databaseidentity/{identity}/change/",
    "stock": "inventory/stock/",
    "product's stock": "inventory/stock/{product}/change/",
    "which product": "inventory/stock/receive/",
    "receive goods": "inventory/stock/receive/?product={product}",
    "adjust stock": "inventory/stock/adjust/?product={product}",
    "movements": "inventory/movement/",
    "movement": "inventory/movement/{movement}/change/",
    "reservations": "inventory/reservation/",
    "reservation": "inventory/reservation/{reservation}/change/",
    "users": "auth/user/",
    "user": "auth/user/{keeper}/change/",
    "new user": "auth/user/add/",
    "user's password": "auth/user/{keeper}/password/",
    "user's end": "auth/user/{keeper}/delete/",
    "groups": "auth/group/",
    "group": "auth/group/{group}/change/",
    "new group": "auth/group/add/",
    "group's end": "auth/group/{group}/delete/",
    "API keys": "visitors/apikey/",
    "API key": "visitors/apikey/{key}/change/",
    "new API key": "visitors/apikey/add/",
    "views": "analytics/productviews/",
    "product's views": "analytics/productviews/{product}/change/",
    "write-behind": "analytics/flushedbatch/",
    "flushed batch": "analytics/flushedbatch/{batch}/change/",
    "dead batches": "analytics/deadbatch/",
    "dead batch": "analytics/deadbatch/{dead}/change/",
    "dead batch's replay": "analytics/deadbatch/replay/?batch={dead}",
    "all also bought": "analytics/alsobought/",
    "also bought": "analytics/alsobought/{bought}/change/",
    "comparisons of orders": "analytics/alsoboughtrun/",
    "comparison of orders": "analytics/alsoboughtrun/{run}/change/",
}
# These need somebody who has bought something: tests/browser/customer.py.
_SALES: Final = {
    "orders": "cart/order/",
    "order": "cart/order/{order}/change/",
    "refund": "cart/order/{order}/refund/",
    "checkouts": "cart/checkout/",
    "checkout": "cart/checkout/{order}/change/",
    "carts": "cart/cart/",
    "cart": "cart/cart/{cart}/change/",
}
ADMIN_PAGES: Final = tuple(_ADMIN)
SALES_PAGES: Final = tuple(_SALES)

_ROWS: Final = {
    "product": "SELECT min(id) FROM catalog_product",
    "plan": "SELECT min(id) FROM catalog_pricechangeplan",
    "planned": "SELECT max(id) FROM catalog_flashsale WHERE state = 'scheduled'",
    "category": "SELECT min(id) FROM catalog_category WHERE parent_id IS NOT NULL",
    "review": "SELECT min(id) FROM catalog_review",
    "summary": "SELECT max(product_id) FROM catalog_reviewsummary",
    "related": "SELECT max(product_id) FROM catalog_relatedproducts",
    "tree": "SELECT id FROM catalog_categorytree",
    "entry": "SELECT max(id) FROM django_admin_log",
    "change": "SELECT max(id) FROM events_change",
    "trace": "SELECT max(change_id) FROM events_trace",
    "station": "SELECT max(id) FROM events_station",
    "identity": "SELECT max(id) FROM events_databaseidentity",
    "movement": "SELECT max(id) FROM inventory_movement",
    "reservation": "SELECT min(id) FROM inventory_reservation",
    "group": "SELECT max(id) FROM auth_group",
    "key": "SELECT max(id) FROM visitors_apikey",
    "batch": "SELECT min(batch) FROM analytics_flushedbatch",
    "bought": "SELECT max(product_id) FROM analytics_alsobought",
    "run": "SELECT max(id) FROM analytics_alsoboughtrun",
}


def admin_pages(shop: Shop) -> Mapping[str, Address]:
    rows = {name: shop.ask(statement)[0][0] for name, statement in _ROWS.items()}
    keeper = shop.ask("SELECT id FROM auth_user WHERE username = %s", shop.keeper)[0][0]
    return _addresses(_ADMIN, rows | {"dead": DEAD_BATCH, "keeper": keeper, "sale": sale_numbers(shop)[0]})


def sales_pages(shop: Shop) -> Mapping[str, Address]:
    order = shop.ask("SELECT id FROM cart_order LIMIT 1")[0][0]
    cart = shop.ask("SELECT cart_id FROM cart_cartline LIMIT 1")[0][0]
    return _addresses(_SALES, {"order": order, "cart": cart})


def _addresses(paths: Mapping[str, str], rows: Mapping[str, object]) -> dict[str, Address]:
    return {name: Address(f"/admin/{path.format(**rows)}") for name, path in paths.items()}
