"""manage.py station_alive relay: whether a relay, or a consumer, of this host works. A container's health check."""

import socket
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from shop.events.station import SILENT_AFTER, alive

NAMES: Final = ("relay", "consumer")


class Command(BaseCommand):
    help = "Ends with 0 if a relay or a consumer of this host has given a sign of life within seconds, else with 1."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        host = socket.gethostname()
        try:
            stations = [one for one in alive() if one.name == name and one.instance.rpartition(":")[0] == host]
        except Error as error:
            raise CommandError(f"The database does not tell: {error}") from error
        if not stations:
            raise CommandError(f"No {name} of {host} has given a sign of life in {SILENT_AFTER.total_seconds():.0f} s.")
        self.stdout.write(f"{stations[0]} works.")
