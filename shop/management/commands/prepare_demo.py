"""`manage.py prepare_demo`: what the demo's database needs before the shop opens. `manage.py demo` calls it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.embedded.demo import ADMIN_USER
from shop.embedded.secret_file import read_or_make_secret


class Command(BaseCommand):
    help = "Migrate, seed an empty shop, collect static files, make the demo's admin login. Needs DEBUG=1."

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
        with self._timed("admin login"):
            self._make_admin()

    def _make_admin(self) -> None:
        password = read_or_make_secret(path=settings.STATE_DIR / "admin-password")
        admin, _ = get_user_model().objects.get_or_create(username=ADMIN_USER)
        admin.is_staff = admin.is_superuser = admin.is_active = True
        if not admin.check_password(password):
            admin.set_password(password)
        admin.save()

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.stdout.write(f"  {name:<28}{time.monotonic() - begun:6.1f} s")
        self.stdout.flush()
