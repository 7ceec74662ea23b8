"""What staff do with API keys."""

from shop.visitors.admin.api_key import ApiKeyAdmin

__all__ = ["ApiKeyAdmin"]
