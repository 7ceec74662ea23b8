"""What is said where Apache Kafka can't be run. That it runs is what `make test-kafka` shows."""

import subprocess
import sys
from pathlib import Path

import pytest

from shop.embedded.lifeline import CHECKOUT
from tests.apache_kafka import jars

WORDS = [sys.executable, "-m", "tests.apache_kafka"]


def program(directory: Path, name: str, script: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(("flags", "code"), [([], 1), (["--where-possible"], 0)])
def test_without_java_it_says_that_it_did_not_run_and_why(tmp_path: Path, flags: list[str], code: int) -> None:
    done = subprocess.run(
        [*WORDS, *flags], cwd=CHECKOUT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == code
    assert done.stdout == "Apache Kafka: not run, because there is no java; it needs Java 17 or later\n"


def test_an_old_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(jars.UnavailableError, match=r"java says: .*11\.0\.2"):
        jars.apache_kafka_jars()


def test_what_maven_could_not_fetch_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "java", """echo 'openjdk version "21" 2023-09-19' >&2""")
    program(tmp_path, "mvn", "echo '[ERROR] Could not resolve dependencies'; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    home = tmp_path / "state" / "apache-kafka"
    monkeypatch.setattr(jars, "HOME", home)

    with pytest.raises(jars.UnavailableError, match="Could not resolve dependencies"):
        jars.apache_kafka_jars()

    assert list(home.parent.iterdir()) == []


def test_jars_are_fetched_once_and_again_when_the_pom_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "java", """echo 'openjdk version "21" 2023-09-19' >&2""")
    program(tmp_path, "mvn", f'for last; do :; done; echo jar >"${{last#*=}}/kafka.jar"; echo ran >>"{tmp_path}/runs"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(jars, "HOME", tmp_path / "state" / "apache-kafka")

    assert (jars.apache_kafka_jars() / "kafka.jar").read_text() == "jar\n"
    jars.apache_kafka_jars()
    assert (tmp_path / "runs").read_text() == "ran\n"

    changed = tmp_path / "pom.xml"
    changed.write_text(jars.POM.read_text().replace("4.1.1", "4.1.2"))
    monkeypatch.setattr(jars, "POM", changed)
    jars.apache_kafka_jars()
    assert (tmp_path / "runs").read_text() == "ran\nran\n"
