"""TCP ports of the loopback interface."""

import secrets
import socket

import psutil

LOOPBACK = "127.0.0.1"


# Below what Linux (32768) and macOS (49152) give to connections that go out: while a server is down for a restart,
# nobody's connection takes its port.
PORTS = range(20_000, 32_000)
TRIES = 200


class NoFreePortError(RuntimeError):
    """None of many ports tried was free."""


def free_port() -> int:
    """A port that nobody listens on now. Another process may take it before the caller does."""
    for _ in range(TRIES):
        port = PORTS[secrets.randbelow(len(PORTS))]
        if is_free(port=port):
            return port
    raise NoFreePortError(f"none of {TRIES} ports tried between {PORTS.start} and {PORTS.stop} is free")


def is_free(*, port: int) -> bool:
    """Whether a server could listen on `port` now; connections that only linger from an earlier one don't count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def holder(*, port: int) -> str | None:
    """Who listens on `port`, as "name (pid 123)", or None when the system doesn't tell: the process of another user."""
    for process in psutil.process_iter(["name"]):
        try:
            connections = process.net_connections(kind="tcp")
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
        if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in connections):
            return f"{process.info['name']} (pid {process.pid})"
    return None
