"""`manage.py demo`: the shop with all its servers, for a look at it. `make demo` calls it."""

import os
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.embedded.account import NoAccountError
from shop.embedded.demo import Demo, DemoError, DemoOptions
from shop.embedded.demo_state import AlreadyRunningError
from shop.embedded.interruption import Interruption
from shop.embedded.server import ServerFailedError
from shop.embedded.software import SoftwareMissingError


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, a broker and the shop; stop them all with Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=_port, default=os.environ.get("PORT") or "8000", help="Default: PORT, or 8000."
        )
        parser.add_argument("--products", type=int, default=1000, help="How many products an empty shop is given.")
        parser.add_argument("--stop-with-parent", action="store_true", help="Stop when the calling process is gone.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo makes an admin login that it prints: it runs with DEBUG=1 only.")
        demo_options = DemoOptions(
            port=options["port"],
            products=options["products"],
            state_directory=settings.STATE_DIR,
            database_url=os.environ.get("DATABASE_URL") or None,
            redis_url=os.environ.get("REDIS_URL") or None,
            kafka_bootstrap_servers=os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or None,
        )
        interruption = Interruption(with_parent=options["stop_with_parent"])
        try:
            Demo(demo_options, interruption=interruption, environment=os.environ).run()
        except (
            AlreadyRunningError,
            DemoError,
            NoAccountError,
            ServerFailedError,
            SoftwareMissingError,
        ) as error:
            raise CommandError(str(error)) from error


def _port(text: str) -> int:
    if not (text.isdecimal() and 1024 <= int(text) <= 65535):
        raise ArgumentTypeError(f"{text!r} is not a port between 1024 and 65535")
    return int(text)
