"""What README says of dependencies, caches and rooms is what there is."""

import re
import tomllib

from shop.caching.policy import Policy
from shop.caching.registry import REGISTRY
from tests.docs.pages import README, ROOT

TEXT = README.read_text(encoding="utf-8")
SECONDS = {"s": 1, "min": 60, "h": 3600}


def section(heading: str) -> str:
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's tables, heads and rules left out."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [index for index, row in enumerate(cells) if set(row[0]) <= set("-: ")]
    return [row for index, row in enumerate(cells) if index not in rules and index + 1 not in rules]


def bare_name(requirement: str) -> str:
    return re.split(r"[\[<>=~!]", requirement)[0]


def test_every_dependency_stands_there_with_its_reason_and_nothing_else_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {bare_name(one) for one in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]}
    told = {name.strip("`"): reason for name, reason in rows("What it stands on")}

    assert set(told) == wanted
    assert all(told.values())


def test_the_table_of_caches_says_what_the_policies_say() -> None:
    policies: dict[str, Policy] = {policy.name: policy for policy in REGISTRY.policies()}
    here = {row[0]: row for row in rows("What is cached, and how") if row[-1] == "here"}
    told = {re.sub(r"\[(.+?)\]\(.+\)", r"\1", name).replace(" ", "_"): row for name, row in here.items()}

    assert set(told) == set(policies)
    for name, row in told.items():
        number, unit = row[2].split()
        assert row[1] == policies[name].pattern
        assert int(number) * SECONDS[unit] == policies[name].ttl


def test_the_map_shows_every_room() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    rooms |= {f"  {path.parent.name}" for path in (ROOT / "shop").glob("*/__init__.py")} - {"  management"}

    assert [room for room in rooms if not re.search(rf"^{room}/", section("A map of the house"), re.MULTILINE)] == []
