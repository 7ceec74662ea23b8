"""The shop's settings for tests in a browser: those of production, with files of its own, without TLS, and with one
address that fails."""

import os
from pathlib import Path

from shop.settings import *  # noqa: F403  all of them, then the few that differ

# Where `manage.py prepare_demo` puts static files and the admin's password.
STATE_DIR = Path(os.environ["BROWSER_STATE_DIR"])
STATIC_ROOT = STATE_DIR / "static"
ROOT_URLCONF = "tests.browser.urls"

# The browser speaks plain HTTP to loopback.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
