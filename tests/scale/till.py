"""What was sold in a shop whose pages are measured: for each product a customer, a reservation, a cart and a checkout.

Every hundredth of these is under way, one checkout of fifty was declined, and the others are orders.
"""

from typing import Final

from tests.scale.filling import fill

_RESERVATIONS: Final = """
    WITH made AS (
        INSERT INTO inventory_reservation (status, reference, expires_at, closed_at)
        SELECT CASE WHEN id % 100 = 0 THEN 'open' ELSE 'committed' END, 'for ' || id, now() + interval '1 day',
            CASE WHEN id % 100 <> 0 THEN now() END
        FROM catalog_product RETURNING id
    )
    INSERT INTO inventory_reservationline (reservation_id, product_id, quantity)
    SELECT id, product_id, 1 FROM made, generate_series(1, 2) AS product_id
"""
# By parts: at the end of a statement, lines touch their carts, whose trigger takes a savepoint for each row, and that
# looks at every check that the statement has yet to make.
_CARTS: Final = """
    DO $$ BEGIN
        FOR part IN 0..(SELECT max(id) / 10000 FROM catalog_product) LOOP
            WITH made AS (
                INSERT INTO cart_cart (version, touched_at) SELECT 0, now() - id * interval '1 minute'
                FROM catalog_product WHERE id BETWEEN part * 10000 AND part * 10000 + 9999 RETURNING id
            )
            INSERT INTO cart_cartline (cart_id, product_id, quantity, name_when_added, currency)
            SELECT id, product_id, 1, 'Tea', '' FROM made, generate_series(1, 2) AS product_id;
        END LOOP;
    END $$
"""
_CHECKOUTS: Final = """
    INSERT INTO cart_checkout (id, guest, key, body_hash, state, cart_id, reservation_id, attempt, payment_key, lines,
        total, currency, email, name, address, card_last4, in_doubt, outcome, short, created_at, paying_since,
        changed_at)
    SELECT gen_random_uuid(), 'guest ' || id / 3, 'key ' || id, '',
        CASE WHEN id % 100 = 0 THEN 'paying' WHEN id % 50 = 1 THEN 'declined' ELSE 'completed' END, id, id, 1,
        'p' || id,
        '[]', 5, 'EUR', 'guest' || id / 3 || '@example.org', 'Ann', '1 Lane', '4242', id % 100 = 0, '', '[]',
        now() - id * interval '1 minute', now(), now()
    FROM catalog_product
"""
_ORDERS: Final = """
    INSERT INTO cart_order (id, number, guest, status, email, name, address, total, currency, takes_back, placed_at,
        changed_at)
    SELECT id, nextval('cart_order_number'), guest, CASE WHEN cart_id % 100 = 2 THEN 'placed' ELSE 'delivered' END,
        email, name, address, total, currency, false, created_at, created_at
    FROM cart_checkout WHERE state = 'completed'
"""
_LINES: Final = """
    INSERT INTO cart_orderline (order_id, product_id, sku, name, quantity, unit_price)
    SELECT id, product_id, 'T' || product_id, 'Tea', 1, 2.50 FROM cart_order, generate_series(1, 2) AS product_id
"""
_PAYMENTS: Final = """
    INSERT INTO cart_payment (checkout_id, order_id, key, status, amount, currency, card_last4, reference, reason,
        asked_at)
    SELECT checkout.id, placed.id, payment_key, CASE WHEN placed.id IS NULL THEN 'declined' ELSE 'charged' END, 5,
        'EUR', '4242', '', '', now()
    FROM cart_checkout AS checkout LEFT JOIN cart_order AS placed USING (id)
"""
_CUSTOMERS: Final = """
    INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
        date_joined)
    SELECT '!', false, 'customer' || id || '@example.org', '', '', 'customer' || id || '@example.org', id % 1000 = 0,
        true, now()
    FROM catalog_product
"""
_TABLES: Final = (
    "auth_user",
    *("inventory_reservation", "inventory_reservationline", "cart_cart", "cart_cartline"),
    *("cart_checkout", "cart_order", "cart_orderline", "cart_payment"),
)


def sell_everything() -> None:
    fill(_CUSTOMERS, _RESERVATIONS, _CARTS, _CHECKOUTS, _ORDERS, _LINES, _PAYMENTS, tables=_TABLES)
