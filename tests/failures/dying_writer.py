"""A writer, killed with -9 between its commit and its invalidation: `python -m tests.failures.dying_writer ID`."""

import os
import signal
import sys
from decimal import Decimal
from unittest.mock import patch

import django

django.setup()

from catalog.models import Price  # noqa: E402  Django must be set up first
from shop.events.fast_path import announced_changes  # noqa: E402


def die(transaction_id: int) -> bool:
    """Stands where the committed changes are applied."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    with patch("shop.events.fast_path.apply_transaction", die), announced_changes():
        Price.objects.filter(pk=int(sys.argv[1])).update(amount=Decimal("20.00"))
