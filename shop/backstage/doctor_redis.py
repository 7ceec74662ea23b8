"""Checks of Redis or Valkey: does it answer, what may it evict, what does a restart lose, does its clock agree.

It makes a client of its own, beside the caches': the breaker must not hide what is asked here.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

import redis
from django.conf import settings
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from shop.backstage.doctor import Finding, Verdict, clock_finding

POLICY: Final = "volatile-lru"
TIMEOUT_S: Final = 2.0
MEBIBYTE: Final = 1024 * 1024


def redis_server() -> Iterator[Finding]:
    """All findings about the server; one alone when it does not answer."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    try:
        with client:
            client.ping()
            begun = time.perf_counter()
            client.ping()
            milliseconds = (time.perf_counter() - begun) * 1000
            info: dict[str, Any] = client.info()
            yield _answer(info, milliseconds)
            yield _policy(info)
            yield _memory(info)
            yield _persistence(client, info)
            yield _clock(client)
    except redis.RedisError as error:
        remedy = "Start the server, or correct REDIS_URL. Meanwhile pages are right, but each reads the database."
        yield Finding("Redis", Verdict.WRONG, f"does not answer: {error}", remedy)


def _answer(info: dict[str, Any], milliseconds: float) -> Finding:
    name = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    return Finding("Redis", Verdict.OK, f"{name} answers in {milliseconds:.1f} ms")


def _policy(info: dict[str, Any]) -> Finding:
    policy = info.get("maxmemory_policy", "unknown")
    if policy == POLICY:
        return Finding("maxmemory-policy", Verdict.OK, policy)
    remedy = f"Run `CONFIG SET maxmemory-policy {POLICY}` and set it in the configuration file."
    detail = f"{policy}: what has no TTL could be evicted, or writes refused when memory is full"
    return Finding("maxmemory-policy", Verdict.WRONG, detail, remedy)


def _memory(info: dict[str, Any]) -> Finding:
    limit, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if limit:
        return Finding("maxmemory", Verdict.OK, f"{used / MEBIBYTE:.0f} of {limit / MEBIBYTE:.0f} MiB used")
    remedy = "Run `CONFIG SET maxmemory 256mb` (or what the machine can spare) and set it in the configuration file."
    return Finding("maxmemory", Verdict.WRONG, "no limit: the machine's memory fills up before anything goes", remedy)


def _persistence(client: redis.Redis, info: dict[str, Any]) -> Finding:
    check = "persistence"
    if info.get("aof_enabled"):
        return Finding(check, Verdict.OK, "append-only file")
    try:
        snapshots = client.config_get("save").get("save", "")
    except redis.ResponseError:
        return Finding(check, Verdict.NOTE, "no append-only file; the server does not tell about snapshots")
    if snapshots:
        return Finding(check, Verdict.NOTE, f"snapshots ({snapshots}): a crash loses what came after the last one")
    return Finding(check, Verdict.NOTE, "none: a restart begins empty; run `CONFIG SET appendonly yes` to keep buffers")


def _clock(client: redis.Redis) -> Finding:
    before = timezone.now()
    seconds, microseconds = client.time()
    ours = (before + (timezone.now() - before) / 2).timestamp()
    return clock_finding(server="Redis", difference_s=seconds + microseconds / 1_000_000 - ours)
