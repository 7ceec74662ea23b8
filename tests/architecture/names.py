"""Modules by name pattern, so that a contract stands before the module that it is about is written.

`catalog.*_cache` is any module of that name; a package stands for everything in it: `catalog.models` covers
`catalog.models.price`. The star also matches dots.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import grimp


def matches(module: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*") for pattern in patterns)


def modules_of(graph: grimp.ImportGraph, *, matching: Iterable[str], apart_from: Iterable[str] = ()) -> list[str]:
    """The modules that match, in order; none is as good as any."""
    wanted, spared = tuple(matching), tuple(apart_from)
    return sorted(name for name in graph.modules if matches(name, wanted) and not matches(name, spared))
