"""Accounts, seen from their sessions: whose password changes, and who is let in no more, is logged out everywhere.

The table is Django's, the trigger is the shop's: a proxy brings it along. A page of a warm cart never asks who the
customer is, so it can't find out that a session is no longer theirs; it is enough that there is no such session.

Invariants:
- Whoever writes `password` or `is_active`, a form, `QuerySet.update` or psql, ends the account's sessions in the same
  transaction. Their rows go, and with them, by the change log, what is cached.
- One session may stay: that of who changes their own password, where their page says so (own_session.py).

SQL can't tell another password from the same one under another hash, as Django stores it at the first login after its
hashers have become stronger. Both end the sessions, as Django's own check of a session would.

Proved by tests/integration/test_session_ends.py.
"""

from typing import ClassVar, Final

import pgtrigger
from django.contrib.auth.models import User

from shop.events.triggers import after_statement

# A setting of the connection: the session that stays.
KEPT: Final = "larder.kept_session"

_LOG_OUT: Final = f"""
    DELETE FROM visitors_session
    WHERE user_id IN (
        SELECT id FROM (
            SELECT id, password, is_active FROM old_rows EXCEPT SELECT id, password, is_active FROM new_rows
        ) AS changed
    ) AND id IS DISTINCT FROM nullif(current_setting('{KEPT}', true), '')::bigint;
    RETURN NULL;
"""  # noqa: S608  of this file's own names


class Account(User):
    """Nobody makes, reads or writes one by this name."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers: ClassVar = [after_statement("account_log_out", pgtrigger.Update, _LOG_OUT, old=True, new=True)]
