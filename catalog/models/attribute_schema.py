"""A category says which attributes its products have; this checks both sides.

A schema is a JSON list of `{key, label, kind, unit, choices}`, kind being one of text, number, choice and flag.
Products keep their attributes as one JSON object, and every key of it must be in the schema of the product's category.
All attributes are optional: a new key in a schema does not make yesterday's products wrong.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from catalog.models.text import plain_text

KINDS = ("text", "number", "choice", "flag")
LONGEST_TEXT = 200
MOST_ATTRIBUTES = 64
LARGEST_NUMBER = 1_000_000_000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def validate_schema(schema: object) -> None:
    """Raise ValidationError unless `schema` is a list of well-formed attribute specifications with distinct keys."""
    if not isinstance(schema, list):
        raise ValidationError("The attribute schema is a list of objects.")
    if len(schema) > MOST_ATTRIBUTES:
        raise ValidationError(f"A category has at most {MOST_ATTRIBUTES} attributes.")
    seen: set[str] = set()
    for spec in schema:
        if not isinstance(spec, dict) or set(spec) != {"key", "label", "kind", "unit", "choices"}:
            raise ValidationError("Each attribute is an object with key, label, kind, unit and choices.")
        _validate_spec(spec)
        if spec["key"] in seen:
            raise ValidationError(f"The attribute {spec['key']} is there twice.")
        seen.add(spec["key"])


def validate_attributes(attributes: object, *, schema: Sequence[Mapping[str, Any]]) -> None:
    """Raise ValidationError unless every attribute is known to the category's schema and has a value of its kind."""
    if not isinstance(attributes, dict):
        raise ValidationError("Attributes are an object of keys and values.")
    specs = {spec["key"]: spec for spec in schema}
    for key, value in attributes.items():
        plain_text(key)
        if key not in specs:
            known = ", ".join(specs) or "none"
            raise ValidationError(f"This category has no attribute “{key}”; it has: {known}.")
        if problem := _problem(value, specs[key]):
            raise ValidationError(f"{specs[key]['label']}: {problem}")


def _validate_spec(spec: dict[str, Any]) -> None:
    if not isinstance(spec["key"], str) or not _KEY.fullmatch(spec["key"]):
        raise ValidationError("An attribute's key is small letters, digits and underscores, at most 40.")
    if not isinstance(spec["label"], str) or not spec["label"] or not isinstance(spec["unit"], str):
        raise ValidationError(f"The attribute {spec['key']} needs a label, and its unit is a text.")
    if spec["kind"] not in KINDS:
        raise ValidationError(f"The attribute {spec['key']} is of one of these kinds: {', '.join(KINDS)}.")
    choices = spec["choices"]
    if not isinstance(choices, list) or not all(isinstance(choice, str) and choice for choice in choices):
        raise ValidationError(f"The choices of {spec['key']} are a list of texts.")
    if (spec["kind"] == "choice") != bool(choices):
        raise ValidationError(f"The attribute {spec['key']}: choices belong to the kind “choice”, and to no other.")
    for text in (spec["label"], spec["unit"], *choices):
        plain_text(text)


def _problem(value: object, spec: Mapping[str, Any]) -> str:
    """What is wrong with the value, or nothing."""
    match spec["kind"]:
        case "flag":
            return "" if isinstance(value, bool) else "is true or false."
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return "is a number."
            # No NaN is at most anything; an integer may be larger than any float.
            return "" if abs(value) <= LARGEST_NUMBER else f"is at most {LARGEST_NUMBER:,}, either side of nothing."
        case "choice":
            return "" if value in spec["choices"] else f"is one of {', '.join(spec['choices'])}."
        case _:
            if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
                return f"is a text of at most {LONGEST_TEXT} characters."
            plain_text(value)
            return ""
