"""The keys by which programs of the staff use the API. How they are checked stands in api_key_auth.py.

Invariant: of a key's secret only its SHA-256 is stored, so nobody who reads the database can use what they find.
"""

from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_NAME: Final = 80


class ApiKey(models.Model):
    """A key acts with the rights of its owner, as they are at each use.

    It goes with its owner: a key whose owner is deleted could do nothing any more. What was made and revoked stays in
    the history of changes.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=LONGEST_NAME, help_text="What uses the key, as people will look for it.")
    prefix = models.CharField(max_length=8, unique=True, help_text="The public part, which lists and logs may show.")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until it is revoked.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")

    class Meta:
        verbose_name = "API key"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(prefix__regex="^[0-9a-f]{8}$"), name="apikey_prefix_is_hex"),
            models.CheckConstraint(condition=models.Q(digest__regex="^[0-9a-f]{64}$"), name="apikey_digest_is_sha256"),
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=models.F("made_at")),
                name="apikey_expires_after_it_was_made",
            ),
            # Names what to revoke; and a form that is sent again makes no second key.
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="apikey_one_of_a_name",
                violation_error_message="There is a key of this name already. Revoke it, or choose another name.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (lk_{self.prefix})"

    def is_over(self, *, now: datetime) -> bool:
        """Whether it was revoked, or has expired."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
