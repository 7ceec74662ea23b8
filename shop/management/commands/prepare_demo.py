"""`manage.py prepare_demo`: what the demo's servers need before the shop opens. `manage.py demo` calls it.

DEMO_API_KEY    the key that demo.json names, made to be in force; unset, no key is made
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shop.embedded.demo import ADMIN_USER
from shop.embedded.secret_file import read_or_make_secret
from shop.visitors.api_key_text import read_key
from shop.visitors.api_keys import keep_api_key

KEY_NAME: Final = "demo"


class Command(BaseCommand):
    help = "Migrate, seed an empty shop, collect static files, make topics, admin login and API key. Needs DEBUG=1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, default=1000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("An admin login with a known password is made with DEBUG=1 only.")
        with self._timed("migrations"):
            call_command("migrate", interactive=False, verbosity=0)
        if not all(apps.get_model(label).objects.exists() for label in ("catalog.Product", "inventory.Stock")):
            with self._timed("seed"):
                call_command("seed_catalog", products=options["products"], visitors=True)
        with self._timed("static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
        with self._timed("topics"):
            call_command("create_topics", stdout=StringIO())
        with self._timed("admin login"):
            admin = self._make_admin()
        if whole := os.environ.get("DEMO_API_KEY"):
            self._make_key(admin, whole)

    def _make_admin(self) -> User:
        password = read_or_make_secret(path=settings.STATE_DIR / "admin-password")
        admin, _ = User.objects.get_or_create(username=ADMIN_USER)
        admin.is_staff = admin.is_superuser = admin.is_active = True
        if not admin.check_password(password):
            admin.set_password(password)
        admin.save()
        return admin

    def _make_key(self, admin: User, whole: str) -> None:
        text = read_key(text=whole)
        if text is None:
            raise CommandError("DEMO_API_KEY is no API key.")
        keep_api_key(owner=admin, name=KEY_NAME, text=text, now=timezone.now())

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.stdout.write(f"  {name:<28}{time.monotonic() - begun:6.1f} s")
        self.stdout.flush()
