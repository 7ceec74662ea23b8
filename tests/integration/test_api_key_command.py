"""`manage.py create_api_key`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop.visitors.api_key_auth import find_key
from shop.visitors.models import ApiKey
from tests.integration.api_keys import clerk, key_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    return clerk("change_price")


def test_the_command_prints_the_key_alone(owner: User) -> None:
    out, told = StringIO(), StringIO()

    call_command("create_api_key", "price robot", user="clerk", expires=timedelta(days=90), stdout=out, stderr=told)

    key = find_key(header=f"Bearer {out.getvalue().strip()}", now=timezone.now())
    assert (key.name, key.owner) == ("price robot", owner)
    assert key.expires_at is not None
    assert key.expires_at - key.made_at == timedelta(days=90)
    assert key.prefix in told.getvalue()
    assert out.getvalue().strip() not in told.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ["robot", "--user", "nobody"],
        ["robot", "--user", "customer"],
        ["robot", "--user", "\udcff"],
        ["robot"],
        ["", "--user", "clerk"],
        [" ", "--user", "clerk"],
        ["x" * 81, "--user", "clerk"],
        ["\udcff", "--user", "clerk"],
        ["a\nb", "--user", "clerk"],
        *(["robot", "--user", "clerk", "--expires", days] for days in ("0", "-1", "3651", "soon", "9" * 30)),
    ],
)
def test_the_command_refuses_what_makes_no_key(owner: User, arguments: list[str]) -> None:
    User.objects.create_user("customer")

    with pytest.raises(CommandError):
        call_command("create_api_key", *arguments, stdout=StringIO(), stderr=StringIO())

    assert not ApiKey.objects.exists()


def test_the_command_refuses_a_name_that_is_taken(owner: User) -> None:
    key_of(owner)

    with pytest.raises(CommandError, match="of this name already"):
        call_command("create_api_key", "robot", user="clerk", stdout=StringIO(), stderr=StringIO())
