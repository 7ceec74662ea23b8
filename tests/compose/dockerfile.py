"""The Dockerfile's instructions, and what of the checkout it takes into the image."""

import fnmatch
import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from tests.compose.compose_file import ROOT

FILE: Final = ROOT / "Dockerfile"
IGNORED: Final = ROOT / ".dockerignore"


class Instruction(NamedTuple):
    """`stage` counts from 0; `words` is the rest of the line, continued lines joined."""

    stage: int
    name: str
    words: str


def instructions() -> list[Instruction]:
    found: list[Instruction] = []
    stage = -1
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, words = line.strip().partition(" ")
            stage += name == "FROM"
            found.append(Instruction(stage, name, words.strip()))
    return found


def last_stage(name: str) -> list[str]:
    """What this instruction says in the stage that becomes the image."""
    told = instructions()
    return [one.words for one in told if one.stage == told[-1].stage and one.name == name]


def copied() -> list[tuple[str, str]]:
    """Whence and whither of each copy out of the checkout, in any stage."""
    pairs: list[tuple[str, str]] = []
    for one in instructions():
        if one.name == "COPY" and not one.words.startswith("--from"):
            *sources, target = one.words.split()
            pairs += [(source, target) for source in sources]
    return pairs


def is_let_in(path: str) -> bool:
    """Whether .dockerignore lets a file in: the last pattern that fits it, or a folder that it is in, decides."""
    told = [line.strip() for line in IGNORED.read_text(encoding="utf-8").splitlines()]
    let_in = True
    for pattern in (line for line in told if line and not line.startswith("#")):
        bare = pattern.removeprefix("!")
        if any(_fits(str(part), bare) for part in [PurePosixPath(path), *PurePosixPath(path).parents][:-1]):
            let_in = pattern.startswith("!")
    return let_in


def lay_out(directory: Path) -> None:
    """Put into `directory` what the image has in its own."""
    for source, target in copied():
        if source == "requirements.lock":
            continue
        for file in [ROOT / source] if (ROOT / source).is_file() else sorted((ROOT / source).rglob("*")):
            inside = file.relative_to(ROOT)
            if file.is_file() and is_let_in(inside.as_posix()):
                place = directory / (inside.name if target == "./" else Path(target, *inside.parts[1:]))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)


def _fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(PurePosixPath(path).name, pattern[3:])
    return "/" not in path and fnmatch.fnmatchcase(path, pattern)
