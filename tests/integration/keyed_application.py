"""The shop with the addresses of keyed_addresses.py, for a web server to import."""

from shop.wsgi import application  # the first import, since it sets Django up

from django.conf import settings  # isort: skip

settings.ROOT_URLCONF = "tests.integration.keyed_addresses"

__all__ = ["application"]
