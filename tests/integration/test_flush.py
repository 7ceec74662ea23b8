"""Our flush after a test leaves what Django's leaves; the control is a flush that forgets one table."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from catalog.models import Category
from shop.events.identity import database_id
from shop.events.models import Change
from tests.flush import KEPT, Flush, flush_as_django_does
from tests.goods import Goods
from tests.integration.checkouts import buy, cart_with, stocked

FLUSHES = pytest.mark.parametrize(
    "empty", [Flush.__call__, lambda flush: flush_as_django_does()], ids=["ours", "Django"]
)


def rows() -> dict[str, int]:
    """How many rows each table of a model holds."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        counts = (f"SELECT '{table}', count(*) FROM {table}" for table in tables)  # noqa: S608  Django's own names
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def kinds_and_rights() -> set[tuple[str, str, str]]:
    names = Permission.objects.values_list("content_type__app_label", "content_type__model", "codename")
    return {*names, *((*name, "") for name in ContentType.objects.values_list("app_label", "model"))}


def fill_many_tables(staff: Client, goods: Goods) -> None:
    buy(cart_with({stocked(goods): 2}))
    cart_with({goods.id: 1})
    keeper = User.objects.get()
    group = Group.objects.create(name="keepers")
    group.permissions.add(Permission.objects.all()[0])
    keeper.groups.add(group)
    keeper.user_permissions.add(Permission.objects.all()[1])
    LogEntry.objects.log_actions(keeper.pk, Category.objects.all(), ADDITION)


@FLUSHES
def test_a_flush_leaves_no_row_but_content_types_permissions_and_its_resets(
    staff: Client, goods: Goods, empty: Callable[[Flush], None]
) -> None:
    before, flush = kinds_and_rights(), Flush()
    fill_many_tables(staff, goods)
    assert len([count for count in rows().values() if count]) > 25

    empty(flush)

    left = {table for table, count in rows().items() if count}
    assert left == {*KEPT, Change._meta.db_table}
    assert set(Change.objects.values_list("operation", flat=True)) == {Change.Operation.RESET}
    assert kinds_and_rights() == before


def test_a_flush_that_forgets_a_table_is_seen_by_the_test_above(goods: Goods) -> None:
    flush = Flush()
    flush._tables.remove('"catalog_word"')

    flush()

    assert rows()["catalog_word"] > 0


@FLUSHES
@pytest.mark.parametrize("wrote", [True, False])
def test_a_flush_gives_the_database_a_new_id(
    request: pytest.FixtureRequest, transactional_db: None, empty: Callable[[Flush], None], wrote: bool
) -> None:
    if wrote:
        request.getfixturevalue("goods")
    before = database_id()

    empty(Flush())

    assert database_id() != before


@FLUSHES
def test_a_flush_takes_away_a_test_s_own_content_types_and_brings_back_the_shop_s(
    transactional_db: None, empty: Callable[[Flush], None]
) -> None:
    before, flush = kinds_and_rights(), Flush()
    ContentType.objects.create(app_label="catalog", model="phantom")
    Permission.objects.filter(codename="add_product").delete()
    assert kinds_and_rights() != before

    empty(flush)

    assert kinds_and_rights() == before


@FLUSHES
def test_a_flush_forgets_the_content_types_that_were_looked_up(
    transactional_db: None, empty: Callable[[Flush], None], django_assert_num_queries: Callable[..., object]
) -> None:
    ContentType.objects.get_for_model(Category)

    empty(Flush())

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        ContentType.objects.get_for_model(Category)


def test_numbers_go_on_after_a_flush(transactional_db: None) -> None:
    before = Category.objects.create(name="Pantry", slug="pantry").pk

    Flush()()

    assert Category.objects.create(name="Pantry", slug="pantry").pk > before
