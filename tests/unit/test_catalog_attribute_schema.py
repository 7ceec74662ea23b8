"""A category's schema and its products' attributes are checked against each other, with messages that help."""

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.attribute_schema import validate_attributes, validate_schema


def spec(key: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"key": key, "label": key.title(), "kind": kind, "unit": "", "choices": [], **parts}


SCHEMA = [
    spec("weight", "number", unit="g"),
    spec("organic", "flag"),
    spec("roast", "choice", choices=["Light", "Dark"]),
    spec("note", "text"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
)


def test_attributes_of_each_kind_are_taken() -> None:
    validate_schema(SCHEMA)
    validate_attributes({"weight": 1.5, "organic": False, "roast": "Dark", "note": "Fine"}, schema=SCHEMA)
    validate_attributes({}, schema=SCHEMA)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"colour": "red"}, "no attribute “colour”; it has: weight, organic, roast, note"),
        ({"weight": "500"}, "Weight: is a number"),
        ({"weight": True}, "Weight: is a number"),
        ({"weight": float("nan")}, "Weight: is at most"),
        ({"weight": 10**12}, "Weight: is at most"),
        ({"organic": 1}, "Organic: is true or false"),
        ({"roast": "Burnt"}, "Roast: is one of Light, Dark"),
        ({"roast": ["Dark"]}, "Roast: is one of Light, Dark"),
        ({"note": ""}, "Note: is a text"),
        ({"note": "x" * 201}, "Note: is a text"),
        ({"note": "a\x00b"}, "can't be stored"),
        (["weight"], "an object"),
    ],
)
def test_what_does_not_fit_the_schema_is_named(attributes: object, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        validate_attributes(attributes, schema=SCHEMA)

    assert message in " ".join(error.value.messages)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        ["weight"],
        [{"key": "weight"}],
        [spec("Weight", "number")],
        [spec("weight", "colour")],
        [spec("roast", "choice")],
        [spec("weight", "number", choices=["1"])],
        [spec("roast", "choice", choices=[1])],
        [spec("roast", "choice", choices="Dark")],
        [spec("weight", "number", label="")],
        [spec("weight", "number", unit=None)],
        [spec("weight", "number"), spec("weight", "flag")],
        [spec("weight", "number", extra=1)],
    ],
)
def test_a_malformed_schema_is_refused(schema: object) -> None:
    with pytest.raises(ValidationError):
        validate_schema(schema)


@given(JSON)
def test_whatever_json_comes_is_taken_or_refused_but_never_breaks_the_check(value: object) -> None:
    with suppress(ValidationError):
        validate_schema(value)
    with suppress(ValidationError):
        validate_attributes(value, schema=SCHEMA)
