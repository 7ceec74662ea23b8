"""What is logged, and how: everything to the standard error output, for whoever runs the process to keep."""

from typing import Any, Final

LOG_LINES: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each tick of the queue would be a line in three logs; what fails is told all the same.
    # The client of Kafka tells of each of its tries; what fails in the end, the relay and the consumer tell.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.beat", "celery.worker.strategy")},
        "kafka": {"level": "CRITICAL"},
    },
}
