"""Every command in README and docs/ is run: here if it is cheap, else where RUN_ELSEWHERE says."""

import json
import os
import re
import shlex
import subprocess
from contextlib import nullcontext
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.docs.pages import PAGES, ROOT, commands, name_of
from tests.goods import Goods

# A command, and the file that runs it with the words by which it does.
RUN_ELSEWHERE = {
    "make demo": (".ci/demo", "PORT=$port make demo"),
    "make test": (".ci/run", "step make test"),
    "make test-kafka": (".ci/run", "-m tests.apache_kafka --where-possible"),
    "make check": (".ci/run", "step make check"),
    "make bench": ("tests/integration/test_bench.py", '"-m", "tests.bench"'),
}
FULL = os.environ.get("FULL") == "1"
SEED_AT_MOST = 1000
ASSIGNMENT = re.compile(r"^[A-Z_]+=\S*$")
FROM_API_DOCS = re.compile(r"^\$\{?BASE\}?|^http://127\.0\.0\.1:8000")

COMMANDS = sorted({(name_of(page), command) for page in PAGES for command in commands(page)})


def bare(command: str) -> list[str]:
    """The words of a command without what it puts into the environment."""
    words = shlex.split(command, comments=True)
    while words and ASSIGNMENT.match(words[0]):
        words.pop(0)
    return words


def of_kind(first: str) -> list[str]:
    return sorted({command for _, command in COMMANDS if bare(command)[:1] == [first]})


def managed() -> list[str]:
    return sorted({command for _, command in COMMANDS if "manage.py" in bare(command)})


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_has_somebody_who_runs_it(page: str, command: str) -> None:
    words = bare(command)
    if " ".join(words) in RUN_ELSEWHERE:
        file, evidence = RUN_ELSEWHERE[" ".join(words)]
        assert evidence in (ROOT / file).read_text(encoding="utf-8")
    elif "pytest" in words:
        assert all((ROOT / word).exists() for word in words if word.startswith("tests/"))
    else:
        runners = [of_kind("curl"), managed(), ["make help"]]
        assert not words or any(command in run_here for run_here in runners), f"nobody runs {command!r}"


def test_make_demo_is_the_command_that_the_demo_s_tests_run() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "demo"],  # noqa: S607  whoever runs the tests has make in their path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert "manage.py demo" in told.stdout


def test_make_help_names_every_command_of_the_makefile() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)  # noqa: S607  as above
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert phony is not None
    assert set(re.findall(r"^make ([\w-]+)", told.stdout, re.MULTILINE)) == set(phony[1].split()) - {"help", "FORCE"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("command", [command for command in managed() if "manage.py demo" not in command])
def test_a_management_command_runs(own_caches: None, command: str) -> None:
    """`manage.py demo` is run by tests/failures/test_demo.py; big seeds are run at their size when FULL is set."""
    words = bare(command)
    name, *arguments = words[words.index("manage.py") + 1 :]
    if not FULL:
        arguments = [str(min(int(word), SEED_AT_MOST)) if word.isdigit() else word for word in arguments]
    output = StringIO()

    # Neither a worker nor a relay nor a consumer runs here, and the doctor misses them.
    with pytest.raises(CommandError, match="found something wrong") if name == "doctor" else nullcontext():
        call_command(name, *arguments, stdout=output)

    assert output.getvalue() or name == "seed_catalog"


@pytest.mark.parametrize("command", of_kind("curl"))
def test_a_request_is_answered(goods: Goods, command: str) -> None:
    words = iter(bare(command)[1:])
    method, body, path = "GET", "", ""
    for word in words:
        if word in ("-X", "--request"):
            method = next(words)
        elif word in ("-d", "--data", "--json"):
            body = next(words)
            method = method if method != "GET" else "POST"
        elif word in ("-H", "--header"):
            assert next(words).lower() == "content-type: application/json"
        elif word in ("-b", "-c"):
            next(words)
        elif not word.startswith("-"):
            path = FROM_API_DOCS.sub("", word)
    json.loads(body or "{}")

    answer = Client(raise_request_exception=False).generic(
        method,
        re.sub(r"/(products|items)/1\b", rf"/\1/{goods.id}", path),
        body,
        content_type="application/json" if body else "",
    )

    assert path.startswith("/"), command
    assert answer.status_code in (200, 201, 202, 422)


def test_the_pages_have_commands_at_all() -> None:
    assert {"make demo", "make test"} <= {command for page, command in COMMANDS if page == "README.md"}
    assert Path(ROOT / "README.md").exists()
