"""The visitors' tables: the keys of programs, and the sessions of people."""

from shop.visitors.models.account import KEPT, Account
from shop.visitors.models.api_key import LONGEST_NAME, ApiKey
from shop.visitors.models.session import LONGEST_USER_AGENT, Session

__all__ = ["KEPT", "LONGEST_NAME", "LONGEST_USER_AGENT", "Account", "ApiKey", "Session"]
