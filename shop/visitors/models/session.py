"""Sessions. Each row owns an entry "session"; what a cookie holds stands nowhere here.

Invariants: of a session's key only its SHA-256 is stored, so nobody who reads the database, a backup or Redis can use
what they find. Being used changes no version and is not logged: of a session that is only read the cache stays right.
Proved by tests/integration/test_session_rows.py.
"""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models

from shop.events.triggers import VersionField, versioned

LONGEST_USER_AGENT: Final = 300


class Session(models.Model):
    """One browser of one visitor: a customer's from the login on, a guest's before.

    `id` is the beginning of `digest`; both come from the key, see session_key.py.
    """

    id = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, db_index=False, related_name="sessions"
    )
    data = models.TextField(help_text="JSON.")
    made_at = models.DateTimeField()
    logged_in_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(help_text="To the minute, while Redis knows it to the second.")
    expires_at = models.DateTimeField()
    user_agent = models.CharField(max_length=LONGEST_USER_AGENT, blank=True, help_text="At the login.")
    address = models.GenericIPAddressField(null=True, help_text="From where the login came.")
    version = VersionField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(digest__regex="^[0-9a-f]{64}$"), name="session_digest_is_sha256"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "last_used_at"], name="session_of_user"),
            models.Index(fields=["expires_at"], name="session_by_end"),
        ]
        triggers: ClassVar = versioned("session", apart_from=("last_used_at", "expires_at"))

    def __str__(self) -> str:
        return f"A session of {self.user_id}" if self.user_id else "A session of a guest"
