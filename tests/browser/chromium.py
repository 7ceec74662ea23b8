"""The browser that tests and screenshots drive: Debian's Chromium, or whichever is named or installed.

CHROMIUM     the program, when it is none of those below
LARDER_CI    "1": a tool that is missing fails the tests instead of skipping them
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET = "no Chromium: `apt-get install chromium`, or `.venv/bin/playwright install chromium`, or set CHROMIUM"


def find_chromium(*, environment: Mapping[str, str], of_playwright: str) -> str | None:
    """The program: CHROMIUM's, else the first of NAMES on PATH, else Playwright's own; None when there is none.

    Raises FileNotFoundError when CHROMIUM names nothing that can be run.
    """
    if named := environment.get("CHROMIUM"):
        if found := shutil.which(named):
            return found
        raise FileNotFoundError(f"CHROMIUM={named} is no program")
    for name in NAMES:
        if found := shutil.which(name, path=environment.get("PATH", "")):
            return found
    return of_playwright if Path(of_playwright).exists() else None


def give_up(reason: str, *, environment: Mapping[str, str]) -> NoReturn:
    """Without its tools a test is skipped at home, and fails in CI: there nothing passes by being skipped."""
    if environment.get("LARDER_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = find_chromium(environment=os.environ, of_playwright=playwright.chromium.executable_path)
        if program is None:
            give_up(HOW_TO_GET, environment=os.environ)
        # Chromium's sandbox can't be set up by root.
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        try:
            yield browser
        finally:
            browser.close()
