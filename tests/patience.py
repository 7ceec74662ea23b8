"""Time-outs for the Redis that all tests share, which no test breaks: there a slow answer is a busy machine.

Tests that break a Redis have one of their own, and the shop's time-outs (`shop.settings.CACHES`).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

PATIENCE_S: Final = 10
TIMEOUT = re.compile(r"(?<=timeout=)[0-9.]+")


def patient(caches: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """These cache settings, waiting PATIENCE_S for an answer."""
    return {
        alias: {**cache, "LOCATION": TIMEOUT.sub(str(PATIENCE_S), cache["LOCATION"])} for alias, cache in caches.items()
    }
