"""The contract of a sliding-window log: no more than so many calls in any window, wherever the window begins.

- A call that is let through counts until exactly one window after it; one that is refused never counts.
- A call is refused only if the window that ends with it is full.
- However many call at once, they are decided one after the other.
- A key takes as much memory as its limit's number of calls, at most, and none soon after its last window: two seconds
  later on Redis, at the next call of anybody in memory.

Both windows keep it, by tests/contracts/test_sliding_window.py, test_window_memory.py and, against a model,
test_sliding_window_model.py.
"""

from typing import NamedTuple, Protocol


class Taken(NamedTuple):
    """`left`: how many more calls the window takes at this moment. `more_in_us`: after how many microseconds it takes
    one more than that; for a call that was refused, when to come again."""

    let_through: bool
    left: int
    more_in_us: int


class SlidingWindow(Protocol):
    def take(self, key: str, *, limit: int, window_ms: int) -> Taken:
        """Count a call, unless the window is full. Raises StoreError: nobody knows whether it was counted."""
