"""manage.py create_api_key "price robot" --user ann --expires 90"""

import argparse
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shop.visitors.api_keys import KeyNameTakenError, NotStaffError, make_api_key
from shop.visitors.models import LONGEST_NAME

LONGEST_DAYS: Final = 3650


def _days(text: str) -> timedelta:
    number = int(text)
    if not 1 <= number <= LONGEST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 1 to {LONGEST_DAYS:,}")
    return timedelta(days=number)


def _name(text: str) -> str:
    name = text.strip()
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
        raise argparse.ArgumentTypeError(f"1 to {LONGEST_NAME} characters that can be printed")
    return name


class Command(BaseCommand):
    help = "Make an API key for somebody of the staff, and print it: nobody can look it up afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", type=_name, help="what will use the key, as people will look for it")
        parser.add_argument("--user", required=True, help="the user name of its owner, whose rights it has")
        parser.add_argument(
            "--expires", type=_days, metavar="DAYS", help="in how many days; until it is revoked if unset"
        )

    def handle(self, *args: Any, name: str, user: str, expires: timedelta | None, **options: Any) -> None:
        owner = User.objects.filter(username=user).first() if user.isprintable() else None
        if owner is None:
            raise CommandError("There is no such user.")
        now = timezone.now()
        try:
            # Whoever has a shell here has no account by which the history could name them.
            made = make_api_key(
                owner=owner, name=name, made_by=owner, now=now, expires_at=now + expires if expires else None
            )
        except (KeyNameTakenError, NotStaffError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Keep it now: {made.row} is not shown again.")
        self.stdout.write(made.whole)
