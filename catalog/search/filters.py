"""What a list leaves out, as conditions on products. Whatever visitors typed goes into the statement as a parameter."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from catalog.models.product import SEARCH_LANGUAGE
from catalog.models.text import UNSTORABLE

LONGEST_TEXT = 200
# A quote or a word with a minus: whoever writes that knows what is wanted, so spelling is taken as it stands.
_EXACT = re.compile(r'"|(^| )-\w')
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
NOTHING = Q(pk__in=())


def plain(text: str) -> str:
    """What is left of a visitor's words: no characters that can't be stored, single spaces, at most 200 characters."""
    return " ".join(UNSTORABLE.sub(" ", text).split())[:LONGEST_TEXT]


def words(text: str) -> SearchQuery:
    """The words as visitors write them for search engines: quotes for phrases, a minus for what is not wanted."""
    return SearchQuery(text, search_type="websearch", config=SEARCH_LANGUAGE)


def matches(text: str) -> Q:
    """Full text finds the words in any form; trigrams find a name in spite of typing errors.

    A text without a letter or digit matches nothing, and the database need not look.
    """
    if not any(character.isalnum() for character in text):
        return NOTHING
    found = Q(search=words(text))
    return found if _EXACT.search(text) else found | Q(name__trigram_word_similar=text)


def kept(
    *,
    category_ids: Collection[int],
    brands: Collection[str],
    attributes: Mapping[str, Sequence[str]],
    price_min: Decimal | None,
    price_max: Decimal | None,
) -> Q:
    """Published products with a price, within all of the filters; an empty filter lets everything through.

    Raises ValueError for a price that is not a number.
    """
    condition = Q(is_published=True, price__isnull=False)
    if category_ids:
        condition &= Q(category_id__in=list(category_ids))
    if brands:
        condition &= Q(brand__in=[brand for brand in brands if not UNSTORABLE.search(brand)])
    for key, values in attributes.items():
        condition &= _has_attribute(key, values)
    for lookup, bound in (("price__amount__gte", price_min), ("price__amount__lte", price_max)):
        if bound is not None:
            if not bound.is_finite():
                raise ValueError("A price is a number.")
            condition &= Q(**{lookup: bound})
    return condition


def _has_attribute(key: str, values: Sequence[str]) -> Q:
    """The attribute has any of the values. A value in an address is text, so "500" also means the number, and "true"
    also the flag; containment (@>) is what the GIN index on the attributes answers."""
    condition = NOTHING
    for value in values:
        if UNSTORABLE.search(key) or UNSTORABLE.search(value):
            continue
        condition |= Q(attributes__contains={key: value})
        if value in ("true", "false"):
            condition |= Q(attributes__contains={key: value == "true"})
        elif _NUMBER.fullmatch(value):
            condition |= Q(attributes__contains={key: float(value) if "." in value else int(value)})
    return condition
