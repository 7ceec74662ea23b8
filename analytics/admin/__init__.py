"""What analytics has found out, for staff to look at."""

from analytics.admin import also_bought

__all__ = ["also_bought"]
