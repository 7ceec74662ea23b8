"""Chance that always falls the same way: variation without a random number generator's state."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """Throws that depend on the seed and the throw's name alone, so that a new throw changes none of the others."""

    seed: str

    def throw(self, name: str, sides: int) -> int:
        """0 to `sides` - 1."""
        digest = blake2b(f"{self.seed}:{name}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) % sides

    def pick(self, name: str, choices: tuple[T, ...]) -> T:
        return choices[self.throw(name, len(choices))]

    def between(self, name: str, low: int, high: int) -> int:
        """`low` to `high`, both inclusive."""
        return low + self.throw(name, high - low + 1)
