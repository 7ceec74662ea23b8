"""Whose orders: a customer, or the visitor behind a session."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """`user_id` of whoever has logged in; `guest`, the random token of a session, or nothing."""

    user_id: int | None
    guest: str = ""

    @property
    def is_nobody(self) -> bool:
        """Somebody who has neither can't own anything."""
        return self.user_id is None and not self.guest
