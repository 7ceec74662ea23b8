"""`make test-kafka`: the tests marked `kafka`, on Apache Kafka, or on the cluster that KAFKA_BOOTSTRAP_SERVERS names.

With --where-possible a machine on which Apache Kafka can't be run is told so, and that is no failure. What stands
behind `--` goes to pytest.
"""

import argparse
import os
import subprocess
import sys

from shop.embedded.lifeline import CHECKOUT
from tests.apache_kafka.jars import UnavailableError, apache_kafka_jars


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.apache_kafka")
    parser.add_argument("--where-possible", action="store_true")
    parser.add_argument("pytest", nargs="*")
    options = parser.parse_args()
    environment = dict(os.environ)
    if servers := environment.get("KAFKA_BOOTSTRAP_SERVERS"):
        print(f"Kafka: {servers}, as KAFKA_BOOTSTRAP_SERVERS says", flush=True)  # noqa: T201
    else:
        try:
            environment["APACHE_KAFKA_JARS"] = str(apache_kafka_jars())
        except UnavailableError as error:
            print(f"Apache Kafka: not run, because {error}", flush=True)  # noqa: T201
            return 0 if options.where_possible else 1
        print(f"Apache Kafka: from {environment['APACHE_KAFKA_JARS']}", flush=True)  # noqa: T201
    command = [sys.executable, "-m", "pytest", "-m", "kafka", *options.pytest]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
