"""What is looked at most by now: every view counts, and half as much after three days.

The score of a product is the base-2 logarithm of its views, each weighted by how late it came:

    score = log2( sum over days of  views on that day * 2 ^ (number of the day / 3) )

A view of today weighs twice one of three days ago, today and at any time to come: growing weights in place of decaying
ones ("forward decay", Cormode, Shkapenyuk, Srivastava, Xu, 2009). So the order is right without rewriting what nobody
looks at, and the logarithm keeps the numbers small.

Invariants, proved by tests/integration/test_popularity.py and tests/races/test_popularity_mark.py:
1. A score is computed from the counts as they are, never added to: twice is once, and a run that died is repeated.
2. The mark is never moved past a version whose writer has not committed. The race, with a mark that is the highest
   version seen: 1. flush A takes version 7; 2. flush B takes 8, and commits; 3. a run sees 8, and moves the mark there;
   4. A commits: nobody would look at 7 again. So the mark moves only if, after the end of the run's range was read from
   the sequence, nobody was writing the table; whoever wrote it before has committed by then, and is seen.
3. One run at a time: the mark's row is locked before the counts are read, so no older score replaces a newer one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection, transaction

from catalog.operations import set_popularity

HALF_LIFE_DAYS: Final = 3
# Behind a product's last day with views. A view of the day before these weighs a billionth of one of that last day.
NEWEST_DAYS: Final = 90
PRODUCTS_PER_BATCH: Final = 1000

_END: Final = "SELECT last_value FROM larder_version"
_WRITERS: Final = """
    SELECT count(*) FROM pg_locks
    WHERE relation = 'analytics_productviews'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_MAKE_MARK: Final = "INSERT INTO analytics_popularitymark (id) VALUES (1) ON CONFLICT DO NOTHING"
_LOCKED_MARK: Final = "SELECT version FROM analytics_popularitymark WHERE id = 1 FOR UPDATE SKIP LOCKED"
_MOVE_MARK: Final = "UPDATE analytics_popularitymark SET version = %s WHERE id = 1"
_VIEWED: Final = """
    SELECT product_id, version FROM analytics_productviews
    WHERE version > %s AND version <= %s ORDER BY version LIMIT %s
"""
# Days that are not here yet come from a clock that is wrong; so do those before 1970.
_SCORES: Final = f"""
    WITH days AS (
        SELECT one.id, day.count, day.day - DATE '1970-01-01' AS number
        FROM unnest(%s::bigint[]) AS one (id), LATERAL (
            SELECT day, count FROM analytics_dailyviews
            WHERE product_id = one.id AND day BETWEEN DATE '1970-02-01' AND current_date + 1 AND count > 0
            ORDER BY day DESC LIMIT {NEWEST_DAYS}
        ) AS day
    ),
    dated AS (SELECT id, count, number, max(number) OVER (PARTITION BY id) AS newest FROM days)
    SELECT id, max(newest)::float8 / {HALF_LIFE_DAYS}
        + ln(sum(count * power(2::float8, (number - newest)::float8 / {HALF_LIFE_DAYS}))) / ln(2::float8)
    FROM dated WHERE number > newest - {NEWEST_DAYS} GROUP BY id
"""  # noqa: S608  the parts put in are constants


def update_popularity() -> int:
    """Score the products that were looked at since the last run, batch by batch; how many scores changed."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_MARK)
    end, is_settled = _range_end()
    after, changed = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCKED_MARK)
            mark = cursor.fetchone()
            if mark is None:
                return changed  # another run is at it
            after = max(after, mark[0])
            viewed = _rows(_VIEWED, after, end, PRODUCTS_PER_BATCH)
            if not viewed:
                return changed
            changed += set_popularity(scores=scores_of(product_ids=[product_id for product_id, _ in viewed]))
            after = viewed[-1][1]
            if is_settled:
                cursor.execute(_MOVE_MARK, [after])


def scores_of(*, product_ids: Sequence[int]) -> Mapping[int, float]:
    """By the counts as they are; products that nobody has looked at are left out. One statement, 90 rows a product."""
    return dict(_rows(_SCORES, list(product_ids)))


def _range_end() -> tuple[int, bool]:
    """The highest version that was given out, and whether all of those up to it have been committed or given up.

    Two statements, in this order: whoever writes has the table's lock before a version, and keeps it until the commit.
    """
    ((end,),) = _rows(_END)
    return end, not writers_in_flight()


def writers_in_flight() -> int:
    """How many other transactions are writing the table of views."""
    ((writers,),) = _rows(_WRITERS)
    return int(writers)


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
