"""A process that records views as a web process does: `python -m tests.failures.recording_process VIEWS PRODUCTS`.

It says that it is recording. When all that it recorded is in Redis it prints how many it recorded and dropped, and how
often Redis had forgotten some, and ends. SIGTERM lets it stop early; what was recorded until then counts.
"""

import signal
import sys
from time import sleep
from types import FrameType

import django

django.setup()

from analytics.operations import record_view  # noqa: E402  Django must be set up first
from analytics.view_buffer import VIEW_BUFFER  # noqa: E402

STOPPED: list[int] = []


def stop(number: int, frame: FrameType | None) -> None:
    STOPPED.append(number)


def main(views: int, products: int) -> None:
    signal.signal(signal.SIGTERM, stop)
    print("recording", flush=True)  # noqa: T201
    for number in range(views):
        record_view(product_id=1 + number % products)
        if STOPPED:
            break
    while not VIEW_BUFFER.send():
        sleep(0.05)
    figures = VIEW_BUFFER.figures()
    print(figures.recorded, figures.dropped, figures.losses, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
