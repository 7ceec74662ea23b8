"""When a key was last used: told to the minute, for next to nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.visitors import api_key_auth
from shop.visitors.api_key_auth import UnauthorizedError, find_key
from shop.visitors.api_keys import MadeKey
from shop.visitors.models import ApiKey
from tests.integration.api_keys import bearer, key_of
from tests.integration.at_once import together
from tests.integration.catalog_rows import run_sql

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key() -> MadeKey:
    return key_of(User.objects.create_superuser("keeper"))


@pytest.fixture
def counted_writes(key: MadeKey) -> Iterator[Callable[[], int]]:
    """How often the key's row was written since."""
    run_sql("CREATE TABLE key_writes ()")
    run_sql(
        "CREATE FUNCTION count_key_write() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO key_writes DEFAULT VALUES; RETURN NULL; END $$"
    )
    run_sql("CREATE TRIGGER key_writes AFTER UPDATE ON visitors_apikey FOR EACH ROW EXECUTE FUNCTION count_key_write()")
    try:
        yield lambda: int(run_sql("SELECT count(*) FROM key_writes")[0][0])
    finally:
        run_sql("DROP FUNCTION count_key_write CASCADE")
        run_sql("DROP TABLE key_writes")


def last_used(made: MadeKey) -> datetime | None:
    return ApiKey.objects.get(pk=made.row.pk).last_used_at


def writes(made: MadeKey, *, now: datetime) -> int:
    """How many UPDATEs one use sends."""
    with CaptureQueriesContext(connection) as queries:
        find_key(header=bearer(made), now=now)
    return sum("UPDATE" in query["sql"].split("(")[0] for query in queries)


def test_the_mark_moves_once_a_minute(key: MadeKey) -> None:
    first = timezone.now()

    assert last_used(key) is None
    assert [writes(key, now=first + timedelta(seconds=seconds)) for seconds in (0, 1, 59, 60, 61)] == [1, 0, 0, 1, 0]
    assert last_used(key) == first + timedelta(seconds=60)


def test_a_refused_key_is_not_marked(key: MadeKey) -> None:
    with pytest.raises(UnauthorizedError):
        find_key(header=f"Bearer lk_{key.text.prefix}_{'x' * 43}", now=timezone.now())

    assert last_used(key) is None


def test_of_many_uses_at_once_one_writes(key: MadeKey, counted_writes: Callable[[], int]) -> None:
    now = timezone.now()

    together(*[lambda: find_key(header=bearer(key), now=now)] * 8)

    assert counted_writes() == 1
    assert last_used(key) == now


def test_a_mark_without_its_condition_is_written_by_each_use(
    key: MadeKey, counted_writes: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(api_key_auth, "SHORTEST_BETWEEN_MARKS", timedelta())
    now = timezone.now()
    for _ in range(8):
        find_key(header=bearer(key), now=now)

    assert counted_writes() == 8


def test_a_use_does_not_wait_for_who_holds_the_row(key: MadeKey) -> None:
    with transaction.atomic():
        ApiKey.objects.select_for_update().get(pk=key.row.pk)

        together(lambda: find_key(header=bearer(key), now=timezone.now()))

    assert last_used(key) is None


def test_a_plain_update_waits_and_is_given_up(key: MadeKey) -> None:
    """The control of the test above."""

    def mark() -> None:
        run_sql("SET lock_timeout = '50ms'")
        ApiKey.objects.filter(pk=key.row.pk, last_used_at__isnull=True).update(last_used_at=timezone.now())

    with transaction.atomic():
        ApiKey.objects.select_for_update().get(pk=key.row.pk)

        with pytest.raises(OperationalError, match="lock timeout"):
            together(mark)
