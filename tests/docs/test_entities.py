"""docs/events.md names every entity that is logged, and this release knows each of them."""

import re

import pgtrigger

from shop.events.subscriptions import is_known
from tests.docs.pages import ROOT

LOGGED = "_log_insert"


def logged_entities() -> set[str]:
    """By the triggers that `versioned` has made."""
    names = [trigger.name or "" for _, trigger in pgtrigger.registered()]
    return {name.removesuffix(LOGGED) for name in names if name.endswith(LOGGED)}


def documented_entities() -> set[str]:
    page = (ROOT / "docs" / "events.md").read_text()
    (line,) = re.findall(r"^\| `entity` \| what was written: (.*?); of a `reset`", page, flags=re.MULTILINE)
    return set(re.findall(r"`(\w+)`", line))


def test_the_events_page_names_every_entity_that_is_logged() -> None:
    assert "price" in logged_entities()
    assert documented_entities() == logged_entities()


def test_every_entity_that_is_logged_is_known_to_a_consumer_of_this_release() -> None:
    assert {entity for entity in logged_entities() if not is_known(entity)} == set()
