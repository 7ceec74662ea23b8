"""The house from outside: its top-level packages, and a caching package that can be read, and run, alone."""

import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

from tests.architecture.planted import ROOT, Copy, copy_source

# What stands at the top, each with its reason. Whoever adds one adds it here, to .importlinter and to README's map.
PACKAGES = {
    "analytics": "view counts, write-behind",
    "cart": "carts and orders, write-through",
    "catalog": "products, cache-aside",
    "inventory": "stock, read-through and write-through",
    "shop": "the project, and what the apps share",
    "tests": "the proofs",
}
MODULES = {"manage.py": "Django's command line"}
APPS = {"analytics", "cart", "catalog", "inventory", "shop"}

# Imports everything in the package that is said to be plain Python, while the names below can't be imported at all.
ALONE = """
import importlib, pathlib, sys
for name in ("django", "django_redis", "redis", "celery", "kafka"):
    sys.modules[name] = None
for file in sorted(pathlib.Path("shop/caching").glob("*.py")):
    if not file.stem.startswith("redis_") and file.stem != "django_middleware":
        importlib.import_module(f"shop.caching.{file.stem}")
        print(file.stem)
"""


def test_the_top_level_packages_are_the_planned_ones() -> None:
    holding_python = {file.parent.name for file in ROOT.glob("*/*.py") if not file.parent.name.startswith(".")}

    assert holding_python == set(PACKAGES)
    assert {file.name for file in ROOT.glob("*.py")} == set(MODULES)


def test_the_contracts_see_every_package_but_the_tests() -> None:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")

    assert set(config["importlinter"]["root_packages"].split()) == APPS


def test_the_caching_package_runs_alone_without_django_or_redis(tmp_path: Path) -> None:
    whole = copy_source(tmp_path / "whole")
    alone = Copy(tmp_path / "alone")
    (alone.directory / "shop").mkdir(parents=True)
    (whole.directory / "shop" / "caching").rename(alone.directory / "shop" / "caching")

    imported = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=alone.directory, capture_output=True, text=True, check=False, timeout=60
    )

    assert imported.returncode == 0, imported.stderr
    assert "cache_aside" in imported.stdout.split()
