"""docker-compose.yml as an engine would read it: anchors merged, variables put in."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "docker-compose.yml"
SHOP: Final = ("init", "web", "worker", "beat", "relay", "consumer")
SERVERS: Final = ("postgres", "valkey", "kafka")
# What it asks of whoever runs it.
NEEDED: Final = {"SECRET_KEY": "only-for-tests", "POSTGRES_PASSWORD": "only-for-tests"}

_VARIABLE: Final = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\})")


class UnsetError(KeyError):
    """A variable without a default is not set."""


def raw() -> dict[str, Any]:
    """The file with its variables unfilled."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def loaded(**variables: str) -> dict[str, Any]:
    """The file for these variables. Raises UnsetError."""
    filled: dict[str, Any] = _filled(raw(), variables)
    return filled


def variables() -> dict[str, tuple[str | None, str]]:
    """The variables of the file: each with its kind (":-" has a default, ":?" is needed) and its default or message."""
    return {
        found["name"]: (found["kind"], found["rest"] or "")
        for text in _texts(raw())
        for found in _VARIABLE.finditer(text)
        if not found["dollar"]
    }


def stray_dollars() -> list[str]:
    """Texts with a dollar that is neither a variable in braces nor doubled."""
    return [text for text in _texts(raw()) if "$" in _VARIABLE.sub("", text)]


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in service.get("environment", {}).items()}


def seconds(duration: str) -> float:
    found = re.fullmatch(r"(\d+)(s|m)", duration)
    assert found is not None, duration
    return int(found[1]) * {"s": 1, "m": 60}[found[2]]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def _filled(node: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(node, str):
        return _VARIABLE.sub(lambda found: _value(found, variables), node)
    if isinstance(node, dict):
        return {key: _filled(value, variables) for key, value in node.items()}
    return [_filled(value, variables) for value in node] if isinstance(node, list) else node


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    if value := variables.get(found["name"]):
        return value
    if found["kind"] != ":-":
        raise UnsetError(f"{found['name']}: {found['rest']}")
    return found["rest"] or ""
