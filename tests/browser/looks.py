"""Ways to look at a page: a window, a colour scheme, with scripts or without."""

from dataclasses import dataclass, replace

from playwright.sync_api import Browser, BrowserContext, StorageState


@dataclass(frozen=True)
class Look:
    width: int = 1280
    height: int = 900
    dark: bool = False
    script: bool = True
    touch: bool = False


WIDE = Look()
PHONE = Look(width=390, height=844, touch=True)
DARK = replace(WIDE, dark=True)
DARK_PHONE = replace(PHONE, dark=True)
WITHOUT_SCRIPT = replace(WIDE, script=False)

# What every main path is walked with, by name.
LOOKS = {"wide": WIDE, "phone": PHONE, "dark": DARK, "without script": WITHOUT_SCRIPT}


def new_context(browser: Browser, look: Look, *, base_url: str, login: StorageState | None = None) -> BrowserContext:
    return browser.new_context(
        base_url=base_url,
        storage_state=login,
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.dark else "light",
        java_script_enabled=look.script,
        has_touch=look.touch,
        is_mobile=look.touch,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
