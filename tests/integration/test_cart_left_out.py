"""What a login leaves out of the customer's cart is told on the next page, once, and to nobody else."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cart import visitors
from cart.models import Cart, CartLine
from cart.operations.merging import MOST_MERGED_LINES
from tests.goods import Goods

LEFT_OUT = "Not everything fitted into your cart"
NOBODYS_PRODUCT = 999_999_999


@pytest.fixture
def ann(goods: Goods) -> User:
    return User.objects.create_user("ann@example.org", password="plums and cherries")


def browser() -> Client:
    return Client(raise_request_exception=False)


def put(client: Client, product_id: int, quantity: int) -> None:
    answer = client.post("/cart/", {"product_id": product_id, "quantity": quantity})
    assert answer.status_code == 303


def log_in(client: Client, onward: str = "") -> str:
    """The page that a browser ends at."""
    form = {"email": "ann@example.org", "password": "plums and cherries", "next": onward}
    answer = client.post("/account/login/", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def page(client: Client, address: str = "/cart/") -> str:
    return client.get(address).content.decode()


def sixty_and_sixty(goods: Goods, ann: User) -> Client:
    """A guest's browser with 60 pieces of what the customer has 60 of already."""
    home, guest = browser(), browser()
    home.force_login(ann)
    put(home, goods.id, 60)
    put(guest, goods.id, 60)
    put(guest, goods.ids[1], 2)
    return guest


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "control: not noted"])
def test_pieces_above_99_are_told_after_the_redirect_and_once(
    goods: Goods, ann: User, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    if not noted:
        monkeypatch.setattr(visitors, "note_left_out", lambda request, left_out: None)
    client = sixty_and_sixty(goods, ann)

    assert LEFT_OUT not in log_in(client)
    first, second = page(client), page(client)

    assert ("21 of Plum jam 0: there are 99 in the cart" in first) is noted
    assert (LEFT_OUT in first) is noted
    assert "<li>2 of Plum jam 1" not in first
    assert LEFT_OUT not in second


def test_lines_that_a_full_cart_does_not_take_are_named_each_with_its_pieces(goods: Goods, ann: User) -> None:
    cart = Cart.objects.create(user=ann)
    CartLine.objects.bulk_create(
        CartLine(cart=cart, product_id=NOBODYS_PRODUCT + number, quantity=1, name_when_added="Gone")
        for number in range(MOST_MERGED_LINES)
    )
    client = browser()
    put(client, goods.ids[3], 4)
    put(client, goods.ids[5], 6)

    text = log_in(client, "/cart/")

    assert "4 of Plum jam 3: at most 500 different products" in text
    assert "6 of Plum jam 5: at most 500 different products" in text
    assert cart.lines.count() == MOST_MERGED_LINES


def test_who_goes_on_to_pay_is_told_there(goods: Goods, ann: User) -> None:
    client = sixty_and_sixty(goods, ann)

    assert "21 of Plum jam 0" in log_in(client, "/checkout/")
    assert LEFT_OUT not in page(client)


def test_a_head_alone_takes_nothing_from_the_page(goods: Goods, ann: User) -> None:
    client = sixty_and_sixty(goods, ann)
    log_in(client)

    client.head("/cart/")

    assert LEFT_OUT in page(client)


@pytest.mark.parametrize(
    "change", [Client.logout, lambda client: client.force_login(User.objects.create_user("bob"))], ids=["out", "other"]
)
def test_nobody_else_in_this_browser_is_told(goods: Goods, ann: User, change: Callable[[Client], None]) -> None:
    client = sixty_and_sixty(goods, ann)
    log_in(client)

    change(client)

    assert LEFT_OUT not in page(client)


def test_a_login_at_which_all_fits_says_nothing(goods: Goods, ann: User) -> None:
    client = browser()
    put(client, goods.id, 99)
    log_in(client)

    assert LEFT_OUT not in page(client)
