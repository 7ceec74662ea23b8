"""`make screenshots`, for one page and into another folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shop.embedded.lifeline import CHECKOUT
from tests.browser.scenes import SCENES, Scene
from tests.browser.screenshots import LOOKS, PICTURES

MOST_BYTES = 250_000
PNG = b"\x89PNG"


def test_the_command_takes_a_page_in_every_look(chromium: Browser, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.browser.screenshots", "--only", "nothing-found", "--into", str(tmp_path)],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=150,
    )

    assert {file.name for file in tmp_path.iterdir()} == {f"nothing-found-{look}.png" for look in LOOKS}
    assert all(file.read_bytes().startswith(PNG) for file in tmp_path.iterdir())
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == len(LOOKS)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_docs_show_every_picture_and_none_is_large(scene: Scene) -> None:
    told = (PICTURES / "index.md").read_text(encoding="utf-8")

    for look in LOOKS:
        file = PICTURES / f"{scene.name}-{look}.png"
        assert f"]({file.name})" in told
        assert file.stat().st_size < MOST_BYTES
