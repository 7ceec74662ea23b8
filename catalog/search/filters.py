"""What a list leaves out, as conditions on products. Whatever visitors typed goes into the statement as a parameter."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BigIntegerField, Func, Q, QuerySet, Value

from catalog.models import Product
from catalog.models.text import UNSTORABLE
from catalog.models.word import SEARCH_LANGUAGE
from catalog.search.criteria import Criteria

LONGEST_TEXT = 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
NOTHING = Q(pk__in=())


def plain(text: str) -> str:
    """What is left of a visitor's words: no characters that can't be stored, single spaces, at most 200 characters."""
    return " ".join(UNSTORABLE.sub(" ", text).split())[:LONGEST_TEXT]


def words(text: str) -> SearchQuery:
    """The words as visitors write them for search engines: quotes for phrases, a minus for what is not wanted."""
    return SearchQuery(text, search_type="websearch", config=SEARCH_LANGUAGE)


def matches(text: str) -> Q:
    """The words in any form. A text without a letter or digit matches nothing, and the database need not look."""
    return Q(search=words(text)) if any(character.isalnum() for character in text) else NOTHING


def goods(criteria: Criteria) -> QuerySet[Product]:
    """Published products that fit the criteria, but for what those say of prices, in no order."""
    condition = Q(is_published=True)
    if criteria.category_ids:
        condition &= Q(category_id__in=list(criteria.category_ids))
    if criteria.brands:
        condition &= Q(brand__in=[brand for brand in criteria.brands if not UNSTORABLE.search(brand)])
    for key, values in criteria.attributes.items():
        condition &= _has_attribute(key, values)
    if text := plain(criteria.text):
        condition &= matches(text)
    return Product.objects.filter(condition)


def priced(criteria: Criteria) -> Q:
    """Products that have a price, within the criteria's bounds. Raises ValueError for one that is not a number."""
    condition = Q(price__isnull=False)
    for lookup, bound in (
        ("gte", criteria.price_min),
        ("lte", criteria.price_max),
        ("gte", criteria.price_from),
        ("lt", criteria.price_below),
    ):
        if bound is not None:
            condition &= Q(**{f"price__current_amount__{lookup}": _number(bound)})
    return condition


def hashed(text: Any) -> Func:
    """The hash that `catalog_terms` (migration 0004) takes. Of a constant it is a constant, so the planner knows it."""
    return Func(text, Value(0), function="hashtextextended", output_field=BigIntegerField())


def _has_attribute(key: str, values: Sequence[str]) -> Q:
    """The attribute has any of the values. One in an address is text: "true" also means the flag, "500" the number."""
    wanted = {f"{key}:{spelling}" for value in values for spelling in spellings(value)}
    if not _KEY.fullmatch(key):
        return NOTHING
    terms = [hashed(Value(text)) for text in sorted(wanted) if not UNSTORABLE.search(text)]
    return Q(terms__overlap=terms) if terms else NOTHING


def spellings(value: str) -> tuple[str, ...]:
    """As a text's term has it, and as a number's: without trailing zeros, and without a minus before nothing."""
    if not _NUMBER.fullmatch(value):
        return (value,)
    return tuple({value, f"{Decimal(value).normalize() + 0:f}"})


def _number(bound: Decimal) -> Decimal:
    if not bound.is_finite():
        raise ValueError("A price is a number.")
    return bound
