"""What is cached of a session."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionSnapshot:
    """`data` is JSON. `noted_ms` is the use that the row had noted when it was loaded, by now perhaps a later one."""

    digest: str
    data: str
    user_id: int | None
    noted_ms: int
