"""The cart as people see it: what it costs now, and what has changed since something was put into it."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from cart.contents import CartContents, ContentsLine, cart_contents
from cart.models import CartLine
from cart.notices import NoticeCode
from cart.operations import add, create_cart
from catalog.models import Price, Product
from catalog.operations import change_price, update_product
from inventory.operations import adjust, receive
from shop.events.fast_path import announced_changes
from tests.goods import Goods

NOBODYS_PRODUCT = 999_999_999


@pytest.fixture
def cart_id(goods: Goods) -> int:
    """Three of the first jam, at 3.20; there are five."""
    receive(product_id=goods.id, quantity=5, reason="for the test")
    cart_id = create_cart()
    add(cart_id=cart_id, product_id=goods.id, quantity=3)
    return cart_id


def only_line(contents: CartContents) -> ContentsLine:
    (line,) = contents.lines
    return line


def codes(line: ContentsLine) -> list[NoticeCode]:
    return [notice.code for notice in line.notices]


def test_nothing_is_said_of_a_line_that_is_as_it_was(goods: Goods, cart_id: int) -> None:
    contents = cart_contents(cart_id=cart_id)

    line = only_line(contents)
    assert line.product is not None
    assert (line.name, line.product.slug, line.quantity) == ("Plum jam 0", "plum-jam-0", 3)
    assert (line.total, line.stock.available, line.notices) == (Decimal("9.60"), 5, ())
    assert (contents.total, contents.currency, contents.count) == (Decimal("9.60"), "EUR", 3)
    assert contents.can_check_out


def test_an_empty_cart_and_none_at_all_look_the_same(goods: Goods) -> None:
    empty, none = cart_contents(cart_id=create_cart()), cart_contents(cart_id=None)

    for contents in (empty, none):
        assert (contents.lines, contents.count, contents.can_check_out) == ((), 0, False)
        assert (str(contents.total), contents.currency) == ("0.00", "EUR")
        assert contents.tree.by_slug("jams") is not None


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        ("3.99", NoticeCode.PRICE_ROSE, "The price has risen: €3.20 when you added it, now €3.99."),
        ("1.00", NoticeCode.PRICE_FELL, "The price has fallen: €3.20 when you added it, now €1.00."),
    ],
)
def test_a_price_that_moved_is_told_with_both_amounts_and_the_new_one_counts(
    goods: Goods, cart_id: int, now: str, code: NoticeCode, words: str
) -> None:
    change_price(product_id=goods.id, amount=Decimal(now))

    contents = cart_contents(cart_id=cart_id)

    (notice,) = only_line(contents).notices
    assert (notice.code, notice.detail) == (code, words)
    assert (notice.was, notice.now) == (Decimal("3.20"), Decimal(now))
    assert contents.total == 3 * Decimal(now)
    assert contents.can_check_out


def test_stock_that_runs_short_is_told_and_limits_nothing(goods: Goods, cart_id: int) -> None:
    adjust(product_id=goods.id, change=-2, reason="broken")
    assert only_line(cart_contents(cart_id=cart_id)).notices == ()

    adjust(product_id=goods.id, change=-1, reason="broken")
    contents = cart_contents(cart_id=cart_id)
    (short,) = only_line(contents).notices
    assert (short.code, short.detail, short.left) == (NoticeCode.RUNS_SHORT, "Only 2 left.", 2)

    adjust(product_id=goods.id, change=-2, reason="broken")
    contents = cart_contents(cart_id=cart_id)
    (gone,) = only_line(contents).notices
    assert (gone.code, gone.detail, gone.left) == (NoticeCode.SOLD_OUT, "Sold out.", 0)

    add(cart_id=cart_id, product_id=goods.id, quantity=1)
    assert cart_contents(cart_id=cart_id).count == 4
    assert cart_contents(cart_id=cart_id).can_check_out


def withdraw(product_id: int) -> None:
    update_product(product_id=product_id, is_published=False)


def delete(product_id: int) -> None:
    with announced_changes():
        Product.objects.get(pk=product_id).delete()


@pytest.mark.parametrize("leave", [withdraw, delete])
def test_a_withdrawn_product_is_named_not_counted_and_in_the_way(
    goods: Goods, cart_id: int, leave: Callable[[int], None]
) -> None:
    receive(product_id=goods.ids[1], quantity=5, reason="for the test")
    add(cart_id=cart_id, product_id=goods.ids[1], quantity=2)

    leave(goods.id)

    contents = cart_contents(cart_id=cart_id)
    gone, other = contents.lines
    assert (gone.name, gone.product, gone.price, gone.total) == ("Plum jam 0", None, None, None)
    assert codes(gone) == [NoticeCode.WITHDRAWN]
    assert other.notices == ()
    assert (contents.total, contents.count) == (Decimal("9.00"), 5)
    assert not contents.can_check_out


def test_a_line_without_a_price_is_not_counted_and_in_the_way(goods: Goods, cart_id: int) -> None:
    with announced_changes():
        Price.objects.get(pk=goods.id).delete()

    contents = cart_contents(cart_id=cart_id)

    assert codes(only_line(contents)) == [NoticeCode.NO_PRICE]
    assert only_line(contents).total is None
    assert not contents.can_check_out


def test_a_price_that_comes_to_a_line_added_without_one_has_not_moved(goods: Goods, cart_id: int) -> None:
    with announced_changes():
        CartLine.objects.update(price_when_added=None, currency="")

    assert only_line(cart_contents(cart_id=cart_id)).notices == ()


def test_amounts_of_two_currencies_are_not_added_up(goods: Goods, cart_id: int) -> None:
    receive(product_id=goods.ids[1], quantity=5, reason="for the test")
    add(cart_id=cart_id, product_id=goods.ids[1], quantity=2)
    with announced_changes():
        Price.objects.filter(pk=goods.ids[1]).update(currency="CHF")

    contents = cart_contents(cart_id=cart_id)

    assert codes(contents.lines[1]) == [NoticeCode.OTHER_CURRENCY]
    assert contents.lines[1].total is None
    assert (contents.total, contents.currency) == (Decimal("9.60"), "EUR")
    assert not contents.can_check_out


def test_lines_of_products_that_never_were_show_a_page_all_the_same(goods: Goods, cart_id: int) -> None:
    """Nothing of ours writes such lines; psql may."""
    with announced_changes():
        for product_id in (-5, 0, NOBODYS_PRODUCT, 2**63 - 1):
            CartLine.objects.create(cart_id=cart_id, product_id=product_id, quantity=1, name_when_added="Nothing")

    contents = cart_contents(cart_id=cart_id)

    assert [codes(line) for line in contents.lines[1:]] == [[NoticeCode.WITHDRAWN]] * 4
