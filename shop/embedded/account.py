"""Who PostgreSQL runs as, and where its files may lie.

PostgreSQL refuses to run as root. Started by root it runs as a system user, who can reach neither a checkout nor a
virtual environment below /root. So root keeps the software and the data in a directory of Larder's own, and no
permission of any other directory is ever changed. Everybody else runs it as themselves, below the checkout.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USERS = ("postgres", "_postgres", "nobody")
SYSTEM_DIRECTORIES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108  a claimed directory is checked below


class NoAccountError(RuntimeError):
    """Root can't start PostgreSQL on this machine: the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The system user that PostgreSQL runs as, or None to run it as oneself, which is right unless one is root."""
    if os.geteuid() != 0:
        return None
    for name in SYSTEM_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise NoAccountError(f"PostgreSQL does not run as root, and this system has no user among {SYSTEM_USERS}.")


def system_directory() -> Path:
    """Larder's own directory outside any home (for root only): reachable by all, writable by root alone.

    A directory of that name that somebody else made is passed over: who owns it could swap the software inside.
    """
    for parent in SYSTEM_DIRECTORIES:
        directory = parent / "larder"
        try:
            directory.mkdir(mode=0o755, exist_ok=True)
            found = directory.lstat()
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            return directory
    raise NoAccountError(f"None of {[str(parent) for parent in SYSTEM_DIRECTORIES]} lets root make a directory.")
