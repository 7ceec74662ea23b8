"""What the image of Apache Kafka makes of its environment: server.properties."""

from collections.abc import Mapping
from typing import Final

# Read by the scripts that start the JVM; the image makes no property of them, or one that the server passes over.
OF_THE_SCRIPTS: Final = frozenset({"KAFKA_HEAP_OPTS", "KAFKA_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS"})


def server_properties(environment: Mapping[str, str]) -> dict[str, str]:
    """`KAFKA_LOG_DIRS` becomes `log.dirs`; two underscores stand for one, three for a hyphen."""
    return {
        _property(name): value
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name not in OF_THE_SCRIPTS
    }


def _property(name: str) -> str:
    return name.removeprefix("KAFKA_").lower().replace("_", ".").replace("...", "-").replace("..", "_")
