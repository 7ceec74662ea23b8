"""`manage.py doctor` against servers that are well and servers that are ill."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from shop.backstage.doctor import Finding, Verdict, clock_finding, masked
from shop.backstage.doctor_environment import redis_source
from shop.backstage.doctor_postgres import postgres
from shop.backstage.doctor_redis import queue_server, redis_server
from shop.embedded.valkey import EmbeddedValkey
from shop.events.models import Change
from shop.events.topics import transport
from tests.failures.web import NOWHERE


def named(findings: list[Finding], check: str) -> Finding:
    return next(finding for finding in findings if finding.check == check)


@pytest.fixture
def valkey(private_valkey: Callable[..., EmbeddedValkey], settings: Settings) -> EmbeddedValkey:
    server = private_valkey(password=True)
    settings.REDIS_URL = server.url
    return server


def tell(server: EmbeddedValkey, setting: str, value: str) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.config_set(setting, value)


@pytest.mark.django_db
def test_the_doctor_finds_nothing_wrong_with_the_servers_of_the_tests_but_that_nobody_works() -> None:
    transport().make_topics()
    Change.objects.update(applied_at=timezone.now())
    output = StringIO()

    with pytest.raises(CommandError, match="3 of"):
        call_command("doctor", json=True, stdout=output)

    findings: list[dict[str, Any]] = json.loads(output.getvalue())
    checks = {"PostgreSQL", "migrations", "pg_trgm", "Redis", "Redis clock", "Kafka", "topic", "events"}
    assert {finding["check"] for finding in findings} >= checks
    wrong = [finding["check"] for finding in findings if finding["verdict"] == Verdict.WRONG]
    assert wrong == ["worker", "relay", "consumer"]


@pytest.mark.django_db
def test_the_doctor_fails_when_a_server_is_ill_and_shows_no_password(valkey: EmbeddedValkey) -> None:
    password = valkey.url.split(":")[2].split("@")[0]
    output = StringIO()
    valkey.stop()

    with pytest.raises(CommandError, match="found something wrong") as failure:
        call_command("doctor", stdout=output)

    assert "does not answer" in output.getvalue()
    assert "-> Start the server, or correct REDIS_URL." in output.getvalue()
    assert password not in output.getvalue() + str(failure.value)


def test_an_eviction_policy_that_may_lose_buffers_is_wrong(valkey: EmbeddedValkey) -> None:
    tell(valkey, "maxmemory-policy", "allkeys-lru")

    finding = named(list(redis_server()), "maxmemory-policy")

    assert finding.verdict is Verdict.WRONG
    assert "CONFIG SET maxmemory-policy volatile-lru" in finding.remedy


def test_memory_without_a_limit_is_wrong(valkey: EmbeddedValkey) -> None:
    tell(valkey, "maxmemory", "0")

    assert named(list(redis_server()), "maxmemory").verdict is Verdict.WRONG


def test_a_server_that_evicts_nothing_is_worth_a_note(valkey: EmbeddedValkey) -> None:
    tell(valkey, "maxmemory-policy", "noeviction")

    finding = named(list(redis_server()), "maxmemory-policy")

    assert finding.verdict is Verdict.NOTE
    assert "nothing is taken any more" in finding.detail


@pytest.mark.parametrize(("save", "said"), [("", "no append-only file: a crash"), ("60 1", "snapshots (60 1): after")])
def test_a_server_without_an_append_only_file_is_said_to_lose_what_is_pending(
    valkey: EmbeddedValkey, save: str, said: str
) -> None:
    tell(valkey, "save", save)

    finding = named(list(redis_server()), "persistence")

    assert finding.verdict is Verdict.NOTE
    assert said in finding.detail
    assert "loses views that are pending" in finding.detail
    assert "CONFIG SET appendonly yes" in finding.remedy


def test_a_server_that_never_syncs_its_file_is_worth_a_note(
    private_valkey: Callable[..., EmbeddedValkey], settings: Settings
) -> None:
    server = private_valkey(persistent=True)
    settings.REDIS_URL = server.url
    assert named(list(redis_server()), "persistence").verdict is Verdict.OK

    tell(server, "appendfsync", "no")

    assert "a power cut loses" in named(list(redis_server()), "persistence").detail


def test_the_queue_s_own_server_is_examined_as_well(valkey: EmbeddedValkey, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = valkey.url
    assert list(queue_server()) == []
    assert "tasks of the queue" in named(list(redis_server()), "persistence").detail

    settings.REDIS_URL = NOWHERE
    tell(valkey, "maxmemory-policy", "allkeys-lru")
    findings = list(queue_server())

    assert named(findings, "queue maxmemory-policy").verdict is Verdict.WRONG
    assert "a crash loses tasks of the queue" in named(findings, "queue persistence").detail
    valkey.stop()
    assert list(queue_server()) == [], "the queue's own check says that it does not answer"


def test_a_redis_that_answers_errors_is_wrong(valkey: EmbeddedValkey) -> None:
    valkey.answer_errors()

    assert [finding.verdict for finding in redis_server()] == [Verdict.WRONG]


@pytest.mark.django_db
def test_a_missing_migration_and_a_missing_extension_are_wrong() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'visitors'")
        cursor.execute("UPDATE pg_extension SET extname = 'pg_trgm_hidden' WHERE extname = 'pg_trgm'")

    findings = list(postgres())

    assert "visitors.0001_initial" in named(findings, "migrations").detail
    assert named(findings, "migrations").remedy == "Run `manage.py migrate`."
    assert named(findings, "pg_trgm").verdict is Verdict.WRONG


@pytest.mark.parametrize(("difference", "verdict"), [(0.9, Verdict.OK), (-1.1, Verdict.WRONG), (3600, Verdict.WRONG)])
def test_clocks_more_than_a_second_apart_are_wrong(difference: float, verdict: Verdict) -> None:
    assert clock_finding(server="Redis", difference_s=difference).verdict is verdict


def test_a_server_that_nobody_named_is_wrong(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.delenv("REDIS_URL")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    (finding,) = redis_source()

    assert finding.verdict is Verdict.WRONG
    assert "make demo" in finding.remedy


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        ("rediss://shop:secret@cache.example/1?password=secret", "rediss://shop:***@cache.example/1"),
        ("redis://cache.example", "redis://cache.example"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown
