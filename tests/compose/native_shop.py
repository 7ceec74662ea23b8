"""A service of docker-compose.yml as a process of this machine: its own words, its own environment, and nothing else's.

What is changed: `hosts` names where the servers of the file are here, and which paths and programs of a container stand
for which of this machine.
"""

import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from shop.embedded.lifeline import Lifeline
from shop.embedded.process import Child, spawn
from tests.compose.compose_file import environment, seconds
from tests.compose.dockerfile import last_stage

PROGRAMS = f"{Path(sys.executable).parent}:/usr/bin:/bin"


def image_environment() -> dict[str, str]:
    """What the image sets; the programs are this machine's."""
    told = dict(word.split("=", 1) for line in last_stage("ENV") for word in line.split())
    return told | {"PATH": PROGRAMS}


@dataclass
class Machine:
    """Where services run: `directory` has what the image has in /app, `logs` what they say."""

    directory: Path
    logs: Path
    services: Mapping[str, Any]
    hosts: Mapping[str, str]
    lifeline: Lifeline
    extra: Mapping[str, Mapping[str, str]]
    started: list[Child] = field(default_factory=list)

    def here(self, text: str) -> str:
        there = "|".join(re.escape(one) for one in self.hosts)
        return re.sub(there, lambda found: self.hosts[found[0]], text)

    def environment(self, name: str) -> dict[str, str]:
        told = {key: self.here(value) for key, value in environment(self.services[name]).items()}
        return {**image_environment(), **self.extra.get(name, {}), **told}

    def start(self, name: str) -> Child:
        """Its very command; ended with this program at the latest."""
        child = spawn(
            command=[self.here(word) for word in self.services[name]["command"]],
            log_file=self.logs / f"{name}.log",
            cwd=self.directory,
            environment=self.environment(name),
        )
        self.started.append(child)
        self.lifeline.guard_process(child.identity, stop_signal=signal.SIGTERM)
        return child

    def end(self) -> None:
        """Whatever still runs."""
        for child in self.started:
            child.popen.terminate()
        for child in self.started:
            child.end()

    def check(self, name: str) -> int:
        """Its health check, once, with its own time limit; answers how it ended."""
        check = self.services[name]["healthcheck"]
        kind, *words = check["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        try:
            return subprocess.run(
                [self.here(word) for word in command],
                cwd=self.directory,
                env=self.environment(name),
                capture_output=True,
                check=False,
                timeout=seconds(check["timeout"]),
            ).returncode
        except subprocess.TimeoutExpired:
            return -1

    def until_healthy(self, name: str) -> float:
        """The seconds it took, which may be no more than its start period."""
        began, limit = monotonic(), seconds(self.services[name]["healthcheck"]["start_period"])
        while self.check(name) != 0:
            assert monotonic() - began < limit, f"{name} is not healthy\n{self.log(name)}"
            sleep(0.2)
        return monotonic() - began

    def log(self, name: str) -> str:
        file = self.logs / f"{name}.log"
        return file.read_text(errors="replace")[-3000:] if file.exists() else ""
