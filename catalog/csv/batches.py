"""Many things, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

BATCH: Final = 1000
Item = TypeVar("Item")


def batches(items: Iterable[Item], *, size: int = BATCH) -> Iterator[list[Item]]:
    """Lists of at most `size`, in order; none for no items."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
