"""The key that demo.json names opens the API, from one `manage.py prepare_demo` to the next."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from inventory.operations import receive
from shop.embedded.demo_key import demo_api_key
from shop.embedded.kafka import EmbeddedKafka
from shop.visitors.api_keys import revoke_api_keys
from shop.visitors.models import ApiKey
from tests.goods import Goods
from tests.integration.api_keys import WHO

pytestmark = pytest.mark.urls("tests.integration.keyed_addresses")


@pytest.fixture
def prepare(
    goods: Goods,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    private_kafka: Callable[[], EmbeddedKafka],
) -> Callable[[str], None]:
    """`manage.py prepare_demo`, as the demo calls it, in a shop that has goods already."""
    receive(product_id=goods.id, quantity=1, reason="delivery")
    settings.DEBUG = True
    settings.STATE_DIR, settings.STATIC_ROOT = tmp_path / "state", tmp_path / "static"
    settings.KAFKA_BOOTSTRAP_SERVERS = private_kafka().url

    def run(key: str) -> None:
        monkeypatch.setenv("DEMO_API_KEY", key)
        call_command("prepare_demo")

    return run


def status(key: str) -> int:
    return Client().get(WHO, headers={"Authorization": f"Bearer {key}"}).status_code


def test_the_demos_key_opens_the_api_whatever_became_of_it_before(prepare: Callable[[str], None]) -> None:
    key = demo_api_key(secret=secrets.token_urlsafe(24))
    assert status(key) == 401

    prepare(key)
    assert status(key) == 200
    row = ApiKey.objects.get()
    assert (row.name, row.owner.username) == ("demo", "admin")
    prepare(key)
    assert ApiKey.objects.get() == row

    revoke_api_keys(key_ids=[row.pk], revoked_by=row.owner, now=timezone.now())
    assert status(key) == 401
    prepare(key)
    assert status(key) == 200

    other = demo_api_key(secret="of another demo")
    prepare(other)
    assert (status(key), status(other)) == (401, 200)


def test_what_is_no_key_is_not_made_one(prepare: Callable[[str], None]) -> None:
    with pytest.raises(CommandError, match="no API key"):
        prepare("sesame")
