"""A browser's User-Agent in words that its owner recognises: "Firefox on Linux". What it does not say stays unsaid.

A few lines and no library: nothing is decided by it, and a browser that calls itself what it likes deceives nobody but
its owner. Proved by tests/unit/test_browser_words.py.
"""

from typing import Final

# The first that is found: what comes later is in the User-Agent of what comes before.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS: Final = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


def browser_in_words(*, user_agent: str) -> str:
    """Such as "Chrome on Android"; "A browser" for one that says nothing that is known here."""
    browser = _first(_BROWSERS, user_agent) or "A browser"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} on {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((words for mark, words in known if mark in text), "")
