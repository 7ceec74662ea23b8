"""A shop that a browser may visit: a database of its own, stocked as the demo's is, and the real web server.

The test's process asks the database nothing through Django: while Playwright runs, its thread has an event loop, and
Django refuses to work there. So the goods come from `manage.py prepare_demo`, and changes are made as people make them.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shop.embedded.demo import ADMIN_USER
from shop.embedded.lifeline import CHECKOUT, Lifeline
from shop.embedded.ports import free_port
from shop.embedded.web import WebServer
from tests.browser.carried_changes import carry_changes

PRODUCTS = 1000


@dataclass(frozen=True)
class Shop:
    """Where the shop is, and its keeper's login."""

    url: str
    keeper: str
    password: str
    database_url: str
    environment: Mapping[str, str]

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the shop's database, for what a test wants to know of the goods."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def run(self, code: str) -> None:
        """Do something inside the shop, in a process of its own: what its queue or its staff would do."""
        setup = f"import django; django.setup(); {code}"
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", setup], cwd=CHECKOUT, env=os.environ | self.environment, check=True
        )


@contextmanager
def stocked_shop(*, directory: Path, lifeline: Lifeline, products: int = PRODUCTS) -> Iterator[Shop]:
    """A shop on the servers of DATABASE_URL and REDIS_URL; its database is dropped at the end."""
    with _database() as database_url:
        environment = {
            "BROWSER_STATE_DIR": str(directory),
            "CACHE_NAMESPACE": f"browser-{secrets.token_hex(6)}",
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "SECRET_KEY": secrets.token_hex(32),
        }
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "prepare_demo", "--products", str(products)],
            cwd=CHECKOUT,
            env=os.environ | environment | {"DEBUG": "1"},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        carry_changes(database_url)
        web = WebServer(directory / "web", free_port(), environment=environment | {"DEBUG": "0"}, lifeline=lifeline)
        try:
            web.start()
            web.wait_until_ready()
            password = (directory / "admin-password").read_text().strip()
            shop = Shop(
                url=web.url,
                keeper=ADMIN_USER,
                password=password,
                database_url=database_url,
                environment=environment,
            )
            shop.run("from tests.browser.begun_work import begin_work; begin_work()")
            yield shop
        finally:
            web.stop()


@contextmanager
def _database() -> Iterator[str]:
    server = os.environ["DATABASE_URL"]
    name = f"browser_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
