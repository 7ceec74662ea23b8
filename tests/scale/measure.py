"""Measures every page of `pages.py` on the shop that the environment names, and prints the figures as JSON."""

import json
import secrets
import sys
from statistics import median
from time import perf_counter

import django
from django.conf import settings

from tests.patience import patient

django.setup()
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A page whose caches did not answer in time would be counted with the statements of a shop without them.
settings.CACHES = patient(settings.CACHES)

from django.contrib.auth import get_user_model  # noqa: E402  Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from shop.caching.registry import REGISTRY  # noqa: E402
from shop.visitors import session_uses  # noqa: E402
from shop.wiring import make_ground  # noqa: E402
from tests.scale.keeper import KEEPER  # noqa: E402
from tests.scale.pages import visitors_pages  # noqa: E402
from tests.scale.plans import plans_of, reads_whole, rows_read, share_read, sizes_of_tables  # noqa: E402
from tests.scale.staff_pages import staff_pages  # noqa: E402

# The page on which a minute is over writes down that the session is in use: one statement more, wherever that falls.
session_uses.NOTED_EVERY = float("inf")  # type: ignore[attr-defined]


def main(rounds: int) -> None:
    if not connection.settings_dict["NAME"].startswith("scale_"):
        raise SystemExit("This logs in as KEEPER: it measures databases of tests.scale.shops alone.")
    visitor, staff = (Client(headers={"host": "127.0.0.1"}) for _ in range(2))
    keeper = get_user_model().objects.get(username=KEEPER)
    staff.force_login(keeper)
    pages = [(name, address, visitor) for name, address in visitors_pages(visitor).items()]
    pages += [(name, address, staff) for name, address in staff_pages(keeper.pk).items()]
    print(json.dumps({name: figures(client, address, rounds) for name, address, client in pages}))  # noqa: T201


def figures(client: Client, address: str, rounds: int) -> dict[str, object]:
    fetch(client, address)  # what a process learns once
    empty_caches()
    cold, cold_ms = fetch(client, address)
    warm, warm_ms = fetch(client, address)
    colds, warms = [cold_ms], [warm_ms]
    for _ in range(rounds - 1):
        empty_caches()
        colds.append(fetch(client, address)[1])
        warms.append(fetch(client, address)[1])
    steps = list(plans_of(cold))
    sizes = sizes_of_tables()
    most = max(steps, key=rows_read, default={"Node Type": "no statement"})
    return {
        "cold_queries": len(cold),
        "warm_queries": len(warm),
        "cold_ms": median(colds),
        "warm_ms": median(warms),
        "read_whole": sorted({table for step in steps if (table := reads_whole(step))}),
        "most_rows": rows_read(most) if steps else 0,
        "largest_share": max((share_read(step, sizes=sizes) for step in steps), default=0.0),
        "most_by": " ".join(str(most.get(name, "")) for name in ("Node Type", "Relation Name", "Index Name")).strip(),
    }


def fetch(client: Client, address: str) -> tuple[list[str], float]:
    """The statements that the page took, and its milliseconds."""
    with CaptureQueriesContext(connection) as queries:
        began = perf_counter()
        answer = client.get(address)
        took = (perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")
    return [query["sql"] for query in queries.captured_queries], took


def empty_caches() -> None:
    """A namespace that nothing was stored under: as after a flush, and nobody else's caches are touched."""
    settings.CACHE_NAMESPACE = f"scale-{secrets.token_hex(4)}"
    REGISTRY.wire(make_ground)
    REGISTRY.ground().read([])


if __name__ == "__main__":
    main(rounds=int(sys.argv[1]))
