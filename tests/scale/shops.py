"""Shops of several sizes on one PostgreSQL, each a database of its own, and what is measured of them."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.scale.keeper import keep_shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one page: how many statements it took and milliseconds, with empty caches and with full ones; which tables a
    statement read from end to end; and the most rows, and the largest part of a table, that one step of a statement
    read."""

    cold_queries: int
    warm_queries: int
    cold_ms: float
    warm_ms: float
    read_whole: Sequence[str]
    most_rows: int
    most_by: str
    largest_share: float


def make_shop(*, products: int, database_url: str) -> str:
    """Seed a new database beside the one that is named; return its URL."""
    name = f"scale_{products}_{secrets.token_hex(3)}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = urlsplit(database_url)._replace(path=f"/{name}").geturl()
    for command in (["migrate", "--verbosity", "0"], ["seed_catalog", "--products", str(products)]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            check=True,
            env=os.environ | {"DATABASE_URL": url, "DEBUG": "1"},
            stdout=None if sys.stdout.isatty() else subprocess.DEVNULL,
        )
    keep_shop(url)
    return url


def drop_shop(database_url: str) -> None:
    url = urlsplit(database_url)
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {url.path.removeprefix('/')} WITH (FORCE)")


def measured(database_url: str, *, rounds: int = 1) -> dict[str, Figures]:
    """The figures of every page in `tests.scale.pages`; times are medians of `rounds`."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.scale.measure", str(rounds)],
        check=True,
        env=os.environ
        | {
            "DATABASE_URL": database_url,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "CACHE_NAMESPACE": f"scale-{secrets.token_hex(4)}",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, dict[str, Any]] = json.loads(told.stdout)
    return {name: Figures(**figures) for name, figures in found.items()}
