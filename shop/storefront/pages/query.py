"""Addresses of the same list with something changed; they begin with its first page."""

from django.http import QueryDict


def changed(query: QueryDict, **fields: str) -> str:
    """The query string with these fields, without empty ones and, unless it is given, without the cursor."""
    kept = query.copy()
    kept.pop("cursor", None)
    for name, value in fields.items():
        kept[name] = value
    return _written(kept)


def without(query: QueryDict, name: str, value: str) -> str:
    """The query string without one value of one field."""
    kept = query.copy()
    kept.pop("cursor", None)
    kept.setlist(name, [one for one in query.getlist(name) if one != value])
    return _written(kept)


def _written(query: QueryDict) -> str:
    for name, values in list(query.lists()):
        query.setlist(name, [value for value in values if value])
    return "?" + query.urlencode()
