"""Apache Kafka's jars, fetched once with Maven, by whatever settings this machine's Maven has.

They appear whole by a rename, with the pom that named them: another pom fetches again.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from shop.embedded.lifeline import CHECKOUT

POM = Path(__file__).parent / "pom.xml"
HOME = CHECKOUT / ".larder" / "apache-kafka"
OLDEST_JAVA = 17  # Kafka's brokers from version 4 on
FETCH_LIMIT_S = 900
GOAL = "dependency:copy-dependencies"


class UnavailableError(Exception):
    """Apache Kafka can't be run on this machine; the message says what is missing."""


def apache_kafka_jars() -> Path:
    """The directory of the jars. Raises UnavailableError."""
    check_java()
    kept = HOME / POM.name
    if not kept.exists() or kept.read_bytes() != POM.read_bytes():
        _fetch()
    return HOME


def check_java() -> None:
    java = shutil.which("java")
    if java is None:
        raise UnavailableError(f"there is no java; it needs Java {OLDEST_JAVA} or later")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise UnavailableError(f"it needs Java {OLDEST_JAVA} or later, and java says: {said.splitlines()[:1]}")


def _fetch() -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError("its jars are not there, and there is no mvn (Maven) to fetch them")
    HOME.parent.mkdir(mode=0o700, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=HOME.parent, prefix="apache-kafka-partial-"))
    try:
        command: list[str | Path] = [
            maven,
            "--batch-mode",
            "--quiet",
            "--file",
            POM,
            GOAL,
            f"-DoutputDirectory={partial}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_LIMIT_S, check=False)
        if done.returncode != 0:
            raise UnavailableError("Maven could not fetch its jars:\n" + "\n".join(done.stdout.splitlines()[:5]))
        shutil.copy(POM, partial)
        shutil.rmtree(HOME, ignore_errors=True)
        partial.rename(HOME)
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"Maven did not fetch its jars within {FETCH_LIMIT_S} s") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
