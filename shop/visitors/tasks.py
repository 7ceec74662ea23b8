"""Work of the visitors for the queue. When and for how long stands in shop/celery.py."""

from celery import shared_task

from shop.visitors import sessions


@shared_task
def delete_expired_sessions() -> int:
    return sessions.delete_expired_sessions()
