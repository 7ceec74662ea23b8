"""Moderation: what staff do with the reviews of visitors."""

from catalog.moderation.operations import Verdict, moderate_reviews
from catalog.moderation.queries import MOST_WAITING, count_waiting

__all__ = ["MOST_WAITING", "Verdict", "count_waiting", "moderate_reviews"]
