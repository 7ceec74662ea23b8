"""What is offered while somebody types: whole words, departments and shelves, and products.

Budget: two statements and one round trip, for any shop. The last word may be a beginning; the words before it stand.
Proved by tests/integration/test_suggestions.py.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.db.models.functions import Length

from catalog.lists import Card, get_tree_and_cards
from catalog.models import Word
from catalog.search import Criteria, find_products
from catalog.search.filters import plain
from catalog.snapshots import CategorySnapshot, CategoryTreeSnapshot

SHORTEST: Final = 2
WORDS: Final = 4
CATEGORIES: Final = 3
PRODUCTS: Final = 5
_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`words` are whole searches, to be taken as they are."""

    words: tuple[str, ...] = ()
    categories: tuple[CategorySnapshot, ...] = ()
    cards: tuple[Card, ...] = ()


def suggest(text: str) -> Suggestions:
    """For what was typed so far; nothing for less than two characters."""
    typed = plain(text).lower()
    if len(typed) < SHORTEST:
        return Suggestions()
    words = _completed(typed)
    found = find_products(Criteria(text=words[0] if words else typed), limit=PRODUCTS)
    tree, (cards,) = get_tree_and_cards(lists=[found.ids])
    return Suggestions(words=words, categories=_named(typed, tree), cards=cards)


def _completed(typed: str) -> tuple[str, ...]:
    """The searches that what was typed may become, the shortest first."""
    last = _LAST_WORD.search(typed)
    if last is None or len(last[0]) < SHORTEST:
        return ()
    beginning = typed[: last.start()]
    known = Word.objects.filter(word__startswith=last[0]).order_by(Length("word"), "word")
    return tuple(f"{beginning}{word}" for word in known.values_list("word", flat=True)[:WORDS])


def _named(typed: str, tree: CategoryTreeSnapshot) -> tuple[CategorySnapshot, ...]:
    """Categories with a word in their name that begins like what was typed."""
    return tuple(
        category
        for category in tree.categories
        if any(word.startswith(typed) for word in (category.name.lower(), *category.name.lower().split()))
    )[:CATEGORIES]
