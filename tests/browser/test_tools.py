"""The tools of these tests: which browser is taken, and what happens where one is missing."""

from pathlib import Path

import pytest

from tests.browser.chromium import find_chromium
from tests.browser.missing import MissingToolError, give_up

NOWHERE = "/nowhere/chrome"


def program(directory: Path, name: str) -> str:
    file = directory / name
    file.touch(mode=0o755)
    return str(file)


def test_the_browser_that_is_named_comes_before_the_one_that_is_found(tmp_path: Path) -> None:
    found, named = program(tmp_path, "chromium"), program(tmp_path, "my-browser")

    assert find_chromium(environment={"PATH": str(tmp_path)}, of_playwright=NOWHERE) == found
    assert find_chromium(environment={"PATH": str(tmp_path), "CHROMIUM": named}, of_playwright=NOWHERE) == named


def test_playwright_s_own_browser_is_the_last_that_is_tried(tmp_path: Path) -> None:
    own = program(tmp_path, "of-playwright")

    assert find_chromium(environment={"PATH": str(tmp_path)}, of_playwright=own) == own
    assert find_chromium(environment={"PATH": str(tmp_path)}, of_playwright=NOWHERE) is None


def test_a_named_browser_that_is_not_there_is_an_error_and_not_a_skip(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="CHROMIUM=/nowhere/chrome"):
        find_chromium(environment={"CHROMIUM": NOWHERE}, of_playwright=program(tmp_path, "chromium"))


def test_a_missing_browser_skips_at_home_and_fails_in_ci() -> None:
    error = MissingToolError("no Chromium: apt-get")

    with pytest.raises(pytest.skip.Exception, match="no Chromium: apt-get"):
        give_up(error, environment={})
    with pytest.raises(pytest.fail.Exception, match="no Chromium: apt-get"):
        give_up(error, environment={"LARDER_CI": "1"})
