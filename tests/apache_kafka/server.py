"""Apache Kafka, one process that is broker and controller, with the faults that the embedded broker has.

Unlike that one it keeps over a restart what it took. Its heap is small, its threads are few and its compiler is the
quick one, so that it starts within seconds on two cores.
"""

import base64
import os
import uuid
from pathlib import Path

from shop.embedded.kafka import EmbeddedKafka
from shop.embedded.lifeline import Lifeline
from shop.embedded.ports import LOOPBACK, free_port
from shop.embedded.process import Child, spawn
from shop.embedded.secret_file import write_owner_only
from shop.embedded.server import ServerFailedError

FORMAT_LIMIT_S = 60.0
JAVA = (
    *("java", "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"),
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": "data",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # One broker is all there is.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # After a crash it can't register again until the controller has missed the one that crashed.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "4194304",
}


class ApacheKafka(EmbeddedKafka):
    """`jars`: the directory of Kafka and all that it needs."""

    def __init__(
        self, directory: Path, port: int | None = None, *, jars: Path, lifeline: Lifeline | None = None
    ) -> None:
        super().__init__(directory, port, lifeline=lifeline)
        self._jars = jars
        self._controller_port = free_port()

    def _prepare(self) -> None:
        if (self.directory / "data" / "meta.properties").exists():
            return
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        write_owner_only(path=self.directory / "cluster-id", text=cluster_id)
        controller = f"{LOOPBACK}:{self._controller_port}"
        places = {
            "listeners": f"PLAINTEXT://{self.url},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.url}",
            "controller.quorum.voters": f"1@{controller}",
        }
        lines = [f"{name}={value}\n" for name, value in (SETTINGS | places).items()]
        (self.directory / "server.properties").write_text("".join(lines))
        tool = self._java("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", "server.properties")
        if tool.popen.wait(timeout=FORMAT_LIMIT_S) != 0:
            raise ServerFailedError(f"Kafka's storage could not be made.\n{self.log_tail()}")

    def _spawn(self) -> Child:
        return self._java("kafka.Kafka", "server.properties")

    def _java(self, *arguments: str) -> Child:
        return spawn(
            command=[*JAVA, "-cp", f"{self._jars}/*", *arguments],
            log_file=self.log_file,
            cwd=self.directory,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        )

    def _leftover_pid(self) -> int | None:
        """A test's directory is its own."""
        return None
