"""A key's secret stands nowhere but with its owner."""

import logging
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from ninja.security import HttpBearer
from pytest_django.fixtures import Settings

from shop.visitors.api_key_text import new_key
from shop.visitors.api_keys import MadeKey, revoke_api_keys
from tests.integration.api_keys import bearer, call, clerk, key_of
from tests.integration.catalog_rows import run_sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    return clerk("change_price")


def found_in_database(text: str) -> list[str]:
    """The tables that hold this text, in whichever column."""
    tables = run_sql("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
    assert len(tables) > 20
    return [
        table
        for (table,) in tables
        if run_sql(f"SELECT 1 FROM {table} AS t WHERE strpos(t::text, %s) > 0 LIMIT 1", text)  # noqa: S608  quoted
    ]


def revoke(key: MadeKey) -> None:
    revoke_api_keys(key_ids=[key.row.pk], revoked_by=key.row.owner, now=timezone.now())


@pytest.mark.urls("tests.integration.keyed_addresses")
def test_a_secret_stands_neither_in_the_database_nor_in_the_logs(
    owner: User, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    for logger in ("", "django.db.backends"):
        caplog.set_level(logging.DEBUG, logger)
    settings.DEBUG = True
    key, out = key_of(owner), StringIO()
    call_command("create_api_key", "by command", user=owner.username, stdout=out, stderr=StringIO())
    secrets = [key.text.secret, out.getvalue().strip()[-43:]]

    answers = [call(bearer(key)), call(f"Basic {key.whole}"), call(f"Bearer {key.whole}x"), call(key.whole)]
    owner.user_permissions.clear()
    answers.append(call(bearer(key)))
    revoke(key)
    answers.append(call(bearer(key)))

    # Before the statements that look for it.
    logged = caplog.text

    assert [answer.status_code for answer in answers] == [200, 401, 401, 401, 403, 401]
    assert found_in_database(key.text.digest) == ["visitors_apikey"]
    for secret in secrets:
        assert found_in_database(secret) == []
        assert secret not in logged
        assert not any(secret in answer.content.decode() for answer in answers)
    # The log did listen: also to each statement, with what was sent along.
    assert key.text.digest in logged


class TellingBearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> None:
        pass


def test_what_we_do_not_build_on_writes_the_key_into_the_log(
    caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    """The control of the test above."""
    settings.DEBUG = True
    key = new_key()

    TellingBearer()(RequestFactory().get("/", headers={"Authorization": f"Token {key.whole}"}))

    assert key.secret in caplog.text
