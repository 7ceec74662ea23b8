"""Apache Kafka, started with the very properties that its image makes of docker-compose.yml's environment.

`make test-kafka` runs it. Elsewhere the embedded broker takes its place, which has no properties.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shop.embedded.lifeline import Lifeline
from shop.embedded.ports import LOOPBACK
from shop.embedded.secret_file import write_owner_only
from tests.apache_kafka.server import FORMAT_LIMIT_S, ApacheKafka
from tests.compose.compose_file import environment
from tests.compose.kafka_properties import server_properties


class ComposedKafka(ApacheKafka):
    """Its properties and its cluster's id are those of the file; where it listens and writes, the test's."""

    def __init__(self, directory: Path, *, service: Mapping[str, Any], jars: Path, lifeline: Lifeline) -> None:
        super().__init__(directory, jars=jars, lifeline=lifeline)
        self._told = environment(service)

    def _prepare(self) -> None:
        write_owner_only(path=self.directory / "cluster-id", text=self._told["CLUSTER_ID"])
        here = {
            "kafka:9092": self.url,
            "//:9092": f"//{self.url}",
            "localhost:9093": f"{LOOPBACK}:{self._controller_port}",
            "/var/lib/kafka/data": "data",
        }
        lines = [f"{name}={value}\n" for name, value in server_properties(self._told).items()]
        text = "".join(lines)
        for there, instead in here.items():
            assert there in text
            text = text.replace(there, instead)
        (self.directory / "server.properties").write_text(text)
        cluster = f"--cluster-id={self._told['CLUSTER_ID']}"
        tool = self._java("kafka.tools.StorageTool", "format", cluster, "-c", "server.properties")
        assert tool.popen.wait(timeout=FORMAT_LIMIT_S) == 0, self.log_tail()

    def api_versions(self) -> str:
        """What stands behind kafka-broker-api-versions.sh, as words of a shell."""
        return shlex.join(
            ["java", "-Xmx96m", "-cp", f"{self._jars}/*", "org.apache.kafka.tools.BrokerApiVersionsCommand"]
        )
