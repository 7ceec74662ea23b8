"""Every signal wakes the main thread, whichever thread the system hands it to.

The race it closes: 1. the main thread of a web process sleeps until it is told to end, with no time limit, as granian's
does; 2. SIGTERM comes, and while the main thread is being woken another thread takes it: any thread may have it, and
one that starts, ends or changes its mask of signals looks for some; 3. there, Python only notes the signal: its handler
runs in the main thread alone, which sleeps on, and the process never ends. On a busy machine that is one end in a
thousand.

Python writes each signal that it notes into a pipe (`signal.set_wakeup_fd`). A thread reads there, and interrupts the
main thread's sleep by a signal that means nothing. The first signal is not sent again: what handles it may not stand
being told twice. Proved by tests/failures/test_web_ends.py.
"""

import os
import signal
import threading
from typing import Final

# Nobody else uses it: it tells of urgent data of sockets that asked for it. Left to its default it would wake nobody.
WAKE: Final = signal.SIGURG


def wake_main_thread() -> None:
    """For the rest of this process's life. Where the caller is not the main thread, which alone may ask for it, it does
    nothing: then whoever owns the main thread does not sleep in the application, as with Django's runserver."""
    main = threading.main_thread()
    if threading.current_thread() is not main:
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.signal(WAKE, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_wake, args=(main, reader), name="signal-wakeup", daemon=True).start()


def _wake(main: threading.Thread, reader: int) -> None:
    while noted := os.read(reader, 64):
        if main.ident is not None and set(noted) != {WAKE}:
            signal.pthread_kill(main.ident, WAKE)
