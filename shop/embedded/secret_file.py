"""Files that only their owner may read: passwords, keys, the state of a running demo."""

import os
import secrets
import tempfile
from pathlib import Path


def write_owner_only(*, path: Path, text: str) -> None:
    """Replace `path` in one step, mode 0600: a reader sees the old text or the new, a crash leaves one of the two."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_or_make_secret(*, path: Path) -> str:
    """The secret in `path`, made at random the first time (URL-safe, 24 bytes)."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(24)
        write_owner_only(path=path, text=secret)
        return secret
