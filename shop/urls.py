"""Every address of the shop, and the one place where the apps' routers meet."""

from django.contrib import admin
from django.urls import include, path

from analytics.api import router as views_router
from cart.api import router as cart_router
from cart.checkout_api import router as checkout_router
from catalog.api import router as catalog_router
from catalog.flash_sales.api import router as flash_sales_router
from shop.backstage import health
from shop.backstage.api import router as backstage_router
from shop.backstage.metrics.page import metrics
from shop.storefront.api import api
from shop.storefront.pages.account_door import log_out_of_admin
from shop.storefront.product_page_api import router as product_page_router
from shop.visitors.own_session import keeping_own_session

api.add_router("/products", catalog_router)
api.add_router("/products", product_page_router)
api.add_router("/products", views_router)
api.add_router("/flash-sales", flash_sales_router)
api.add_router("/cart", cart_router)
api.add_router("", checkout_router)
api.add_router("", backstage_router)

urlpatterns = [
    path("", include("shop.storefront.urls")),
    path("api/", api.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
    path("admin/logout/", log_out_of_admin),
    path(
        "admin/password_change/",
        admin.site.admin_view(keeping_own_session(admin.site.password_change), cacheable=True),
    ),
    path("admin/", admin.site.urls),
]

handler400 = "shop.storefront.error_pages.bad_request"
handler403 = "shop.storefront.error_pages.permission_denied"
handler404 = "shop.storefront.error_pages.page_not_found"
handler429 = "shop.storefront.error_pages.too_many_requests"
handler500 = "shop.storefront.error_pages.server_error"
