"""What a staff key opens, and what it doesn't."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.storefront.failure import UNAUTHORIZED
from shop.visitors.api_key_auth import UnauthorizedError, find_key
from shop.visitors.api_keys import MadeKey, revoke_api_keys
from shop.visitors.models import ApiKey
from tests.integration.api_keys import bearer, call, clerk, key_of
from tests.integration.at_once import together
from tests.integration.catalog_rows import run_sql

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.integration.keyed_addresses")]


@pytest.fixture
def owner() -> User:
    return clerk("change_price")


@pytest.fixture
def key(owner: User) -> MadeKey:
    return key_of(owner)


def revoke(made: MadeKey) -> None:
    revoke_api_keys(key_ids=[made.row.pk], revoked_by=made.row.owner, now=timezone.now())


def let_expire(made: MadeKey) -> None:
    ApiKey.objects.filter(pk=made.row.pk).update(
        made_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )


def shut_out(made: MadeKey) -> None:
    User.objects.filter(pk=made.row.owner_id).update(is_active=False)


def dismiss(made: MadeKey) -> None:
    User.objects.filter(pk=made.row.owner_id).update(is_staff=False)


def delete_owner(made: MadeKey) -> None:
    User.objects.get(pk=made.row.owner_id).delete()


def test_a_key_acts_as_its_owner(key: MadeKey) -> None:
    answer = call(bearer(key))

    assert answer.status_code == 200
    assert answer.json() == {"owner": "clerk", "session": "AnonymousUser"}


def test_the_scheme_is_written_in_any_way(key: MadeKey) -> None:
    assert [call(f"{scheme} {key.whole}").status_code for scheme in ("bearer", "BEARER", "Bearer ")] == [200] * 3


@pytest.mark.parametrize("end", [revoke, let_expire, shut_out, dismiss, delete_owner])
def test_a_key_opens_nothing_from_the_next_call_on(key: MadeKey, end: Callable[[MadeKey], None]) -> None:
    assert call(bearer(key)).status_code == 200

    end(key)

    assert call(bearer(key)).status_code == 401


def test_a_key_goes_with_its_owner(key: MadeKey, owner: User) -> None:
    owner.delete()

    assert not ApiKey.objects.exists()


def test_every_refusal_is_the_same_to_the_letter(owner: User) -> None:
    ended = []
    for end in (revoke, let_expire):
        ended.append(key_of(owner, name=end.__name__))
        end(ended[-1])
    for end in (shut_out, dismiss):
        ended.append(key_of(clerk("change_price", name=end.__name__)))
        end(ended[-1])
    good, other = key_of(owner, name="good"), key_of(owner, name="other")
    unknown = f"lk_00000000_{good.text.secret}"
    swapped = f"lk_{good.text.prefix}_{other.text.secret}"
    sent = [None, "", "Bearer", f"Basic {good.whole}", good.whole, "Bearer lk_x", f"Bearer {unknown}"]

    answers = [call(one) for one in [*sent, f"Bearer {swapped}", *map(bearer, ended)]]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json() == {"code": "unauthorized", "detail": UNAUTHORIZED.detail}
    assert call(bearer(good)).status_code == 200


def test_each_use_asks_for_the_owners_rights_of_that_moment(owner: User, key: MadeKey) -> None:
    owner.user_permissions.clear()
    refused = call(bearer(key))
    group = Group.objects.create(name="prices")
    group.permissions.set(Permission.objects.filter(codename="change_price"))
    owner.groups.add(group)

    assert refused.status_code == 403
    assert refused.json() == {"code": "forbidden", "detail": "You may not do this."}
    assert "WWW-Authenticate" not in refused
    assert call(bearer(key)).status_code == 200


def test_being_logged_in_opens_nothing(owner: User) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("keeper"))

    assert call(None, client=client).status_code == 401


def test_a_key_acts_as_its_owner_whoever_is_logged_in(key: MadeKey) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("keeper"))

    assert call(bearer(key), client=client).json() == {"owner": "clerk", "session": "keeper"}


def test_an_operation_without_a_key_has_no_owner_to_act_as(key: MadeKey) -> None:
    assert call(bearer(key), path="/api/keyed/anybody").status_code == 401


def test_a_key_opens_until_the_moment_at_which_it_expires(owner: User) -> None:
    at = timezone.now() + timedelta(days=1)
    key = key_of(owner, expires_at=at)

    assert find_key(header=bearer(key), now=at - timedelta(microseconds=1)).owner == owner
    with pytest.raises(UnauthorizedError):
        find_key(header=bearer(key), now=at)


def test_a_superusers_key_costs_one_query_and_a_clerks_three(key: MadeKey) -> None:
    costs = []
    for made in (key_of(User.objects.create_superuser("keeper")), key):
        call(bearer(made))
        with CaptureQueriesContext(connection) as queries:
            assert call(bearer(made)).status_code == 200
        costs.append(len(queries))

    assert costs == [1, 3]


def test_a_key_that_can_t_be_looked_up_is_not_called_a_bad_one(key: MadeKey) -> None:
    answers = []

    def try_it() -> None:
        run_sql("SET lock_timeout = '50ms'")
        answers.append(call(bearer(key)))

    with transaction.atomic():
        run_sql("LOCK TABLE visitors_apikey IN ACCESS EXCLUSIVE MODE")
        together(try_it)

    assert answers[0].status_code == 503
    assert answers[0]["Retry-After"]


def test_the_schema_says_which_operations_need_a_key() -> None:
    schema = Client().get("/api/keyed/openapi.json").json()

    scheme = schema["components"]["securitySchemes"]["StaffKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert schema["paths"]["/api/keyed/who"]["get"]["security"] == [{"StaffKey": []}]
    assert "security" not in schema["paths"]["/api/keyed/anybody"]["get"]
