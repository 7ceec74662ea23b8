"""What a web server imports: `application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()

from shop.events.repair import REPAIR  # noqa: E402  models can be imported only once Django is set up
from shop.signal_wakeup import wake_main_thread  # noqa: E402
from shop.wiring import keep_copies  # noqa: E402

wake_main_thread()
keep_copies()

# A process that died between a commit and its invalidation left the change in the log: the next one applies it.
REPAIR.ask()
