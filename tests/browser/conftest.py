"""A shop and a browser for each worker; a window for each test, and a look behind its pages when the test is over."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from shop.embedded.lifeline import Lifeline
from tests.browser.chromium import running_chromium
from tests.browser.customer import customer_with_an_order
from tests.browser.login import log_in
from tests.browser.looks import WIDE, Look, new_context
from tests.browser.missing import MissingToolError, give_up
from tests.browser.stocked_shop import Shop, stocked_shop
from tests.browser.watch import watch

# Longer than anybody waits for a page; a busy machine with two cores can need it.
PATIENCE_MS = 20_000


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, lifeline: Lifeline) -> Iterator[Shop]:
    with stocked_shop(directory=tmp_path_factory.mktemp("browser"), lifeline=lifeline) as shop:
        yield shop


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Ends with this folder: while Playwright runs, Django refuses to work in this thread, for other tests too."""
    expect.set_options(timeout=PATIENCE_MS)
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(running_chromium())
        except MissingToolError as error:
            give_up(error, environment=os.environ)
        yield browser


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What went wrong behind the pages of this test. A test that expects some takes them off the list."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(chromium: Browser, shop: Shop, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """A window of one's own: `open_page(PHONE)`; `login=staff_login` opens it as the shop's keeper."""
    with ExitStack() as stack:

        def open_page(look: Look = WIDE, *, login: StorageState | None = None) -> Page:
            context = new_context(chromium, look, base_url=shop.url, login=login)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            watch(context, host=urlsplit(shop.url).netloc, complaints=complaints)
            return context.new_page()

        yield open_page


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture(scope="package")
def staff_login(chromium: Browser, shop: Shop) -> StorageState:
    """The cookies of the shop's keeper, who has logged in once."""
    return log_in(chromium, shop)


@pytest.fixture(scope="package")
def customer(chromium: Browser, shop: Shop) -> StorageState:
    """The cookies of a customer who has bought something, and has something in the cart."""
    return customer_with_an_order(chromium, shop)


@pytest.fixture
def keeper(open_page: Callable[..., Page], staff_login: StorageState) -> Page:
    """A window in which the shop's keeper is logged in."""
    return open_page(login=staff_login)
