"""The pages that visitors see."""

from django.urls import path, re_path

from shop.storefront.pages.category import category
from shop.storefront.pages.home import home
from shop.storefront.pages.product import product
from shop.storefront.pages.search import search

urlpatterns = [
    path("", home, name="home"),
    path("c/<slug:slug>/", category, name="category"),
    path("search/", search, name="search"),
    # The id decides; whatever stands before its hyphen is for people, and is put right by a redirect.
    re_path(r"^p/(?P<slug>.*)-(?P<product_id>[0-9]{1,20})/$", product, name="product"),
]
