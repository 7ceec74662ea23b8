"""Checks of the process itself: which servers its settings name, whether it runs in debug mode, and with limits."""

import os
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from shop.backstage.doctor import Finding, Verdict, masked

# What the settings use when nothing names a server: a port that refuses at once.
NOWHERE_PORT: Final = 1


def debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("debug mode", Verdict.NOTE, "on: errors show source code; never on a public address")
    else:
        yield Finding("debug mode", Verdict.OK, "off")


def rate_limits() -> Iterator[Finding]:
    proxies = settings.TRUSTED_PROXIES
    if settings.RATE_LIMITS:
        told = f"told by {proxies} proxies (X-Forwarded-For)" if proxies else "those of the connections"
        yield Finding("rate limits", Verdict.OK, f"on; addresses are {told}")
    else:
        yield Finding(
            "rate limits", Verdict.NOTE, "off by RATE_LIMITS: anybody may try passwords as often as they like"
        )


def database_source() -> Iterator[Finding]:
    database = settings.DATABASES["default"]
    shown = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    yield _source("PostgreSQL", "DATABASE_URL", shown, nowhere=database["PORT"] == NOWHERE_PORT)


def redis_source() -> Iterator[Finding]:
    url = settings.REDIS_URL
    yield _source("Redis", "REDIS_URL", masked(url), nowhere=f":{NOWHERE_PORT}/" in url)


def kafka_source() -> Iterator[Finding]:
    servers = settings.KAFKA_BOOTSTRAP_SERVERS
    yield _source("Kafka", "KAFKA_BOOTSTRAP_SERVERS", servers, nowhere=servers.endswith(f":{NOWHERE_PORT}"))


def _source(server: str, variable: str, shown: str, *, nowhere: bool) -> Finding:
    check = f"{server} server"
    if os.environ.get(variable):
        return Finding(check, Verdict.OK, f"{shown}, named by {variable}")
    if nowhere:
        remedy = f"Run `make demo`, or set {variable}."
        return Finding(check, Verdict.WRONG, f"none: {variable} is not set and no demo runs in this checkout", remedy)
    return Finding(check, Verdict.OK, f"{shown}, embedded: the demo in this checkout started it")
