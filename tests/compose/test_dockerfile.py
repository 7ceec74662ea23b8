"""The image: installed from the lock with hashes, no secrets in it, run by nobody in particular."""

import json
import tomllib

import pytest

from tests.compose.compose_file import NEEDED, ROOT, SHOP, loaded
from tests.compose.dockerfile import copied, instructions, is_let_in, last_stage


def test_every_pip_installs_from_the_lock_with_hashes() -> None:
    lines = [one.words for one in instructions() if one.name == "RUN" and "pip" in one.words]

    assert len(lines) == 1
    words = json.loads(lines[0])
    assert words[words.index("pip") + 1] == "install"
    assert "--require-hashes" in words
    assert "--no-cache-dir" in words
    assert words[-2:] == ["--requirement", "/requirements.lock"]


def test_it_ends_as_a_user_by_number_who_is_not_root() -> None:
    users = [one.words for one in instructions() if one.name == "USER"]

    assert users == ["10001:10001"]
    names = [one.name for one in instructions()]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name in ("RUN", "COPY"))


def test_every_stage_begins_with_a_python_that_the_project_supports() -> None:
    bases = [one.words.split()[0] for one in instructions() if one.name == "FROM"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert bases == ["python:3.13-slim"] * 2
    assert project["requires-python"] == ">=3.11"


def test_what_it_copies_is_there_and_let_in() -> None:
    for source, _ in copied():
        assert (ROOT / source).exists(), source
        assert is_let_in(source), source


@pytest.mark.parametrize(
    "path", [".env", ".git/config", ".larder/demo.json", ".venv/bin/python", "tests/goods.py", "shop/__pycache__/a.pyc"]
)
def test_what_is_no_part_of_the_shop_stays_outside(path: str) -> None:
    assert not is_let_in(path)


def test_every_app_of_the_project_is_in_it() -> None:
    sources = {source for source, _ in copied()}

    assert {folder.parent.name for folder in ROOT.glob("*/__init__.py")} - {"tests"} <= sources


def test_commands_are_lists_and_compose_does_the_health_checks() -> None:
    (command,) = last_stage("CMD")

    assert json.loads(command)[0] == "python"
    assert not last_stage("HEALTHCHECK")


def test_it_names_itself() -> None:
    (labels,) = last_stage("LABEL")

    assert "org.opencontainers.image.title" in labels
    assert "org.opencontainers.image.licenses" in labels


def test_the_user_owns_what_compose_mounts_for_it() -> None:
    """A new volume takes its owner from the folder that it hides."""
    made = "".join(last_stage("RUN"))
    services = loaded(**NEEDED)["services"]
    mounted = {volume.split(":")[1] for name in SHOP for volume in services[name].get("volumes", [])}

    assert mounted == {"/var/lib/larder"}
    assert "install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/larder" in made
