"""README and docs/, as the checks read them: headings, links, and the commands in their blocks."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

# What we wrote, by the ending of its name; the lock files are made by a program.
WRITTEN = frozenset({".py", ".md", ".toml", ".lua", ".html", ".css", ".svg", ".yml", ".yaml", ""})
NOT_OURS = frozenset({"__pycache__", "venv", "node_modules", "staticfiles"})

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """The text without its blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    return _HEADING.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: each heading in lower case, its punctuation dropped, its spaces as hyphens."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings(page)}


def links(page: Path) -> list[str]:
    """Every link that stays within the project."""
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", target)]


def commands(page: Path) -> Iterator[str]:
    """The commands of a page: lines behind `$ ` in a console block, every line of an sh block, `make` in any block."""
    for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
        lines = block.replace("\\\n", " ").splitlines()
        if language == "console":
            yield from (line.removeprefix("$ ").strip() for line in lines if line.startswith("$ "))
        elif language in ("sh", "bash", "shell"):
            yield from (line.strip() for line in lines if line.strip() and not line.startswith("#"))
        else:
            yield from (line.partition("#")[0].strip() for line in lines if line.startswith("make "))


def written_files() -> Iterator[Path]:
    """Every file of the project that somebody wrote; what is made while it runs lies in hidden folders."""
    for folder, below, files in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS and (name == ".ci" or not name.startswith("."))]
        yield from (Path(folder, name) for name in files if Path(name).suffix in WRITTEN and not name.startswith("."))
