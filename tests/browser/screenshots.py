"""`make screenshots`: the pictures in docs/screenshots, of a shop with the same goods each time, on private servers.

`--into DIRECTORY` puts them elsewhere; `--only NAME` takes one page.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console

from shop.embedded.lifeline import CHECKOUT
from tests.browser.carried_changes import finish_changes
from tests.browser.chromium import running_chromium
from tests.browser.login import log_in
from tests.browser.looks import DARK, DARK_PHONE, PHONE, WIDE, new_context
from tests.browser.scenes import SCENES, Scene
from tests.browser.stocked_shop import Shop, stocked_shop
from tests.private_servers import private_servers

PICTURES = CHECKOUT / "docs" / "screenshots"
LOOKS = {"wide-light": WIDE, "wide-dark": DARK, "narrow-light": PHONE, "narrow-dark": DARK_PHONE}


@contextmanager
def private_shop() -> Iterator[Shop]:
    """A stocked shop on servers that are deleted afterwards."""
    with (
        private_servers("screenshots") as (directory, lifeline),
        stocked_shop(directory=directory / "shop", lifeline=lifeline) as shop,
    ):
        yield shop


def take(browser: Browser, shop: Shop, scene: Scene, *, into: Path) -> Iterator[Path]:
    """One picture of the scene in each look."""
    login = log_in(browser, shop) if scene.is_staffs else None
    for name, look in LOOKS.items():
        context = new_context(browser, look, base_url=shop.url, login=login)
        page = context.new_page()
        finish_changes(shop.database_url)
        scene.show(page, shop)
        page.wait_for_load_state("networkidle")
        file = into / f"{scene.name}-{name}.png"
        page.screenshot(path=file, animations="disabled", caret="hide")
        yield file
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=PICTURES)
    parser.add_argument("--only", choices=[scene.name for scene in SCENES])
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    console = Console()
    with private_shop() as shop, running_chromium() as browser:
        for scene in SCENES:
            if chosen.only in (None, scene.name):
                for file in take(browser, shop, scene, into=chosen.into):
                    console.print(f"{file.name:<40}{file.stat().st_size / 1000:8.1f} kB", highlight=False)


if __name__ == "__main__":
    main()
