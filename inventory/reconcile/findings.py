"""What can be wrong."""

from enum import StrEnum
from typing import NamedTuple


class Problem(StrEnum):
    """The first four are about the tables, the last about the cache."""

    NEGATIVE = "impossible"
    ON_HAND = "on hand is not the ledger's"
    HELD = "held is not the ledger's"
    KEPT = "held is not the reservations'"
    CACHED = "cached wrongly"


class Finding(NamedTuple):
    """One thing that is wrong about one product; `detail` says how it is and how it should be."""

    product_id: int
    problem: Problem
    detail: str
    is_mended: bool = False
