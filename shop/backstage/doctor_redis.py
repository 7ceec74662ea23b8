"""Checks of Redis or Valkey: does it answer, what may it evict, what does a crash lose, does its clock agree.

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
KEEPS_ALL: Final = "noeviction"
NEVER_SYNCED: Final = "no"
TIMEOUT_S: Final = 2.0
MEBIBYTE: Final = 1024 * 1024


def redis_server() -> Iterator[Finding]:
    """All findings about the server of caches and buffers; one alone when it does not answer."""
    is_the_queue_s_too = settings.CELERY_BROKER_URL == settings.REDIS_URL
    pending = "views that are pending, and tasks of the queue" if is_the_queue_s_too else "views that are pending"
    try:
        with _client(settings.REDIS_URL) as client:
            client.ping()
            begun = time.perf_counter()
            client.ping()
            milliseconds = (time.perf_counter() - begun) * 1000
            info: dict[str, Any] = client.info()
            yield _answer(info, milliseconds)
            yield _policy(info)
            yield _memory(info)
            yield _persistence(client, info, pending=pending)
            yield _clock(client)
    except redis.RedisError as error:
        remedy = "Start the server, or correct REDIS_URL. Meanwhile pages are right, but each reads the database."
        yield Finding("Redis", Verdict.WRONG, f"does not answer: {error}", remedy)


def queue_server() -> Iterator[Finding]:
    """What may be lost of the queue, where it has a server of its own. One that does not answer is told elsewhere."""
    if settings.CELERY_BROKER_URL == settings.REDIS_URL:
        return
    try:
        with _client(settings.CELERY_BROKER_URL) as client:
            info: dict[str, Any] = client.info()
            yield _policy(info, server="queue ")
            yield _persistence(client, info, server="queue ", pending="tasks of the queue")
    except redis.RedisError:
        return


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def _answer(info: dict[str, Any], milliseconds: float) -> Finding:
    name = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    return Finding("Redis", Verdict.OK, f"{name} answers in {milliseconds:.1f} ms")


def _policy(info: dict[str, Any], *, server: str = "") -> Finding:
    check = f"{server}maxmemory-policy"
    policy = info.get("maxmemory_policy", "unknown")
    if policy == POLICY:
        return Finding(check, Verdict.OK, policy)
    remedy = f"Run `CONFIG SET maxmemory-policy {POLICY}` and set it in the configuration file."
    if policy == KEEPS_ALL:
        detail = (
            f"{policy}: nothing is lost, but once memory is full nothing is taken any more, views and tasks neither"
        )
        return Finding(check, Verdict.NOTE, detail, remedy)
    detail = f"{policy}: what has no TTL could be evicted, buffers of views and tasks of the queue"
    return Finding(check, Verdict.WRONG, detail, remedy)


def _memory(info: dict[str, Any]) -> Finding:
    limit, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if limit:
        return Finding("maxmemory", Verdict.OK, f"{used / MEBIBYTE:.0f} of {limit / MEBIBYTE:.0f} MiB used")
    remedy = "Run `CONFIG SET maxmemory 256mb` (or what the machine can spare) and set it in the configuration file."
    return Finding("maxmemory", Verdict.WRONG, "no limit: the machine's memory fills up before anything goes", remedy)


def _persistence(client: redis.Redis, info: dict[str, Any], *, pending: str, server: str = "") -> Finding:
    check = f"{server}persistence"
    told = _settings(client)
    if info.get("aof_enabled"):
        synced = told.get("appendfsync", "unknown")
        if synced == NEVER_SYNCED:
            detail = f"append-only file, written to disk when the system likes: a power cut loses {pending}"
            return Finding(check, Verdict.NOTE, detail, "Run `CONFIG SET appendfsync everysec`.")
        return Finding(check, Verdict.OK, f"append-only file, synced: {synced}")
    since = f", snapshots ({told['save']}): after the last one" if told.get("save") else ":"
    detail = f"no append-only file{since} a crash loses {pending}"
    remedy = "Run `CONFIG SET appendonly yes` and set it in the configuration file."
    return Finding(check, Verdict.NOTE, detail, remedy)


def _settings(client: redis.Redis) -> dict[str, str]:
    """Nothing where the server does not tell, as hosted ones don't."""
    try:
        return {name: client.config_get(name).get(name) or "" for name in ("appendfsync", "save")}
    except redis.ResponseError:
        return {}


def _clock(client: redis.Redis) -> Finding:
    before = timezone.now()
    seconds, microseconds = client.time()
    ours = (before + (timezone.now() - before) / 2).timestamp()
    return clock_finding(server="Redis", difference_s=seconds + microseconds / 1_000_000 - ours)
