"""What statements read, according to PostgreSQL itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection

# What is small in any shop may be read from end to end.
SMALL = {
    *("catalog_category", "catalog_categorytree", "catalog_seeding", "catalog_word", "events_databaseidentity"),
    *("auth_group", "auth_permission", "django_content_type", "events_station", "analytics_popularitymark"),
}
# Those that grow with the shop, its staff or its visitors.
OURS = ("analytics_", "catalog_", "inventory_", "cart_", "visitors_", "events_", "django_", "auth_")
FEW = 5000
Plan = dict[str, Any]


def plans_of(statements: Iterable[str]) -> Iterator[Plan]:
    """Each step of each SELECT among the statements, run once more under EXPLAIN ANALYZE."""
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
                yield from _steps(cursor.fetchone()[0][0]["Plan"])


def reads_whole(step: Plan) -> str | None:
    """The table that this step reads from end to end, if it is not a small one."""
    table = step.get("Relation Name", "")
    is_ours = table.startswith(OURS)
    return table if step["Node Type"] == "Seq Scan" and is_ours and table not in SMALL else None


def rows_read(step: Plan) -> int:
    """How many rows this step looked at, if it reads a table; entries of a bitmap are no rows yet."""
    if "Relation Name" not in step:
        return 0
    looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int(sum(step.get(name, 0) for name in looked_at) * step["Actual Loops"])


def share_read(step: Plan, *, sizes: Mapping[str, int]) -> float:
    """Which part of its table this step looked at, whatever the index; 0 for tables of few rows."""
    rows = sizes.get(step.get("Relation Name", ""), 0)
    return rows_read(step) / rows if rows >= FEW else 0.0


def sizes_of_tables() -> Mapping[str, int]:
    """How many rows each table has, as ANALYZE has counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'")
        return dict(cursor.fetchall())


def _steps(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)
