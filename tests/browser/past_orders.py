"""Orders of the last fourteen days, for a dashboard that has something to tell: rows alone, without lines."""

from typing import Final

from tests.browser.stocked_shop import Shop

# Numbers that no checkout of a test's shop comes to.
_ORDERS: Final = """
    INSERT INTO cart_order (id, number, guest, status, email, name, address, total, currency, takes_back, placed_at,
                            changed_at)
    SELECT gen_random_uuid(), 900000 + 100 * day + n, '', CASE WHEN day = 0 THEN 'placed' ELSE 'delivered' END,
           'ada@example.org', 'Ada Lovelace', '12 Larder Lane', 4.95 + mod(n * 37, 60), 'EUR', false, at, at
    FROM generate_series(0, 13) AS day,
         generate_series(1, 7 + mod(day * 5 + 3, 11)) AS n,
         LATERAL (SELECT date_trunc('day', now(), 'UTC') - day * interval '1 day' + n * interval '1 min' AS at) AS way
    ON CONFLICT (number) DO NOTHING
    RETURNING id
"""


def place_past_orders(shop: Shop) -> None:
    """May be repeated."""
    shop.ask(_ORDERS)
