"""Where the servers are: in the environment, else in what the demo of this checkout has written down."""

import json
import os
from pathlib import Path
from typing import Any, Final

# Port 1 refuses at once; `manage.py doctor` says what to do about it.
NOWHERE: Final = {
    "DATABASE_URL": "postgres://127.0.0.1:1/DATABASE_URL-is-not-set-and-no-demo-is-running",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
}


def server_url(variable: str, key: str, *, state: Path) -> str:
    """The address of a server: from the environment, else of the demo that runs here, else one that fails by name.

    `key` is its name in demo.json, which stands in the directory `state` while the demo runs.
    """
    if url := os.environ.get(variable):
        return url
    try:
        running: dict[str, Any] = json.loads((state / "demo.json").read_text())
        return str(running[key] or NOWHERE[variable])
    except (FileNotFoundError, PermissionError, KeyError, ValueError):
        return NOWHERE[variable]
