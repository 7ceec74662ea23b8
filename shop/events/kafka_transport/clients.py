"""How the shop talks to Kafka: the settings of each client. Every wait has a limit."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from shop.events.transport import TransportError

REQUEST_S: Final = 5.0
# The embedded broker lets a group begin after half of this; a member that dies is missed after all of it.
SESSION_MS: Final = 6_000
HEARTBEAT_MS: Final = 2_000
FETCH_WAIT_MS: Final = 100
LONGEST_RECONNECT_MS: Final = 500
METADATA_AGE_MS: Final = 10_000
_COMMON: Final[dict[str, Any]] = {
    "bootstrap_timeout_ms": int(REQUEST_S * 1000),
    "reconnect_backoff_max_ms": LONGEST_RECONNECT_MS,
    "metadata_max_age_ms": METADATA_AGE_MS,
    "metrics_enabled": False,
}


def producer(servers: list[str]) -> KafkaProducer:
    """Idempotent; a message is taken when all in-sync replicas have it."""
    return KafkaProducer(
        bootstrap_servers=servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        batch_size=256 * 1024,
        max_block_ms=int(REQUEST_S * 1000),
        delivery_timeout_ms=int(REQUEST_S * 1000),
        request_timeout_ms=int(REQUEST_S * 1000) - 1000,
        allow_auto_create_topics=False,
        **_COMMON,
    )


def consumer(servers: list[str], *, topic: str, group: str) -> KafkaConsumer:
    """Commits when it is told to, never by the clock."""
    return KafkaConsumer(
        topic,
        bootstrap_servers=servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        request_timeout_ms=int(REQUEST_S * 1000),
        allow_auto_create_topics=False,
        **_COMMON,
    )


def admin(servers: list[str]) -> KafkaAdminClient:
    return KafkaAdminClient(
        bootstrap_servers=servers,
        request_timeout_ms=int(REQUEST_S * 1000),
        bootstrap_timeout_ms=int(REQUEST_S * 1000),
        reconnect_backoff_max_ms=LONGEST_RECONNECT_MS,
    )


@contextlib.contextmanager
def transport_errors() -> Iterator[None]:
    """Whatever the client raises inside, callers hear of as a TransportError."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise TransportError(f"{type(error).__name__}: {error}") from error
