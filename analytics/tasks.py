"""Work for the queue: one call inward each. How often, and for how long at most, stands in shop/celery.py."""

from celery import shared_task

from analytics import also_bought, popularity, retention
from analytics.flushing import flush_views as flush


@shared_task
def flush_views() -> int:
    """Returns how many views were counted."""
    return flush().increments


@shared_task
def prune_batches() -> int:
    """The ledger of batches, views of days that nobody reads any more, and the lanes of processes that are gone."""
    return retention.prune()


@shared_task
def update_popularity() -> int:
    """Returns how many scores changed; they follow from the counts, so twice is once."""
    return popularity.update_popularity()


@shared_task
def recompute_also_bought() -> int:
    """Returns how many products got other companions; a run that was stopped goes on where it stood."""
    return also_bought.recompute_also_bought().changed
