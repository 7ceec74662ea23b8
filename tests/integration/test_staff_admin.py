"""The list of users, who are customers too: found by what an index finds, narrowed to those who work here."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

USERS = "/admin/auth/user/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(staff: Client) -> None:
    """keeper, who looks; a clerk, one who has left, and three customers."""
    User.objects.create_user("Clerk", is_staff=True)
    User.objects.create_user("left", is_staff=True, is_active=False)
    for name in ("ann@example.org", "anna@example.org", "bob@example.org"):
        User.objects.create_user(name, email=name)


def found(staff: Client, query: str) -> set[str]:
    return {user.username for user in staff.get(USERS + query).context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=CLERK", {"Clerk"}),
        ("?q=ann", {"ann@example.org", "anna@example.org"}),
        ("?q=Anna@Example.org", {"anna@example.org"}),
        ("?q=example", set()),
        ("?q=100%25", set()),
        ("?who=staff", {"keeper", "Clerk", "left"}),
        ("?who=former", {"left"}),
        ("?who=superusers", {"keeper"}),
        ("?who=staff&q=Cl", {"Clerk"}),
    ],
)
def test_users_are_found_by_their_names_and_narrowed_to_staff(staff: Client, query: str, names: set[str]) -> None:
    assert found(staff, query) == names


def test_an_address_narrows_by_nothing_else(staff: Client) -> None:
    assert staff.get(f"{USERS}?email__contains=ann").status_code == 400
    assert staff.get(f"{USERS}?password__startswith=p").status_code == 400
    assert found(staff, "?o=-5") == found(staff, "")
