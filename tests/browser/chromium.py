"""The browser that tests and screenshots drive: Debian's Chromium, or whichever is named or installed.

CHROMIUM    the program, when it is none of those below
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.missing import MissingToolError

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_CHROMIUM = "no Chromium: `apt-get install chromium`, or set CHROMIUM, or `playwright install chromium`"


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


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without windows. Raises MissingToolError."""
    with sync_playwright() as playwright:
        program = find_chromium(environment=os.environ, of_playwright=playwright.chromium.executable_path)
        if program is None:
            raise MissingToolError(HOW_TO_GET_CHROMIUM)
        # Chromium's sandbox can't be set up by root.
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        try:
            yield browser
        finally:
            browser.close()
