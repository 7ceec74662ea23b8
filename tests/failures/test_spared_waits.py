"""While Valkey hangs, a page does not wait for it again and again: after a few failures the breaker leaves it alone."""

from collections.abc import Callable

import pytest

from shop.embedded.valkey import EmbeddedValkey
from tests.failures.web import running_web
from tests.goods import Goods

THRESHOLD, NEVER = 5, 1_000_000
# Of an answer of Redis to a read, as shop/settings.py has it: whoever asks waits for as long.
READ_S = 0.1
REQUESTS = 20
LONG_S = 300.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("threshold", [THRESHOLD, NEVER], ids=["guarded", "control: never opens"])
def test_a_page_does_not_wait_for_a_valkey_that_hangs(
    private_valkey: Callable[..., EmbeddedValkey], goods: Goods, threshold: int
) -> None:
    valkey = private_valkey()
    with running_web(redis_url=valkey.url, recovery=LONG_S, threshold=threshold) as web:
        page = f"/api/products/{goods.id}"
        assert web.get(page).status == 200

        valkey.pause()
        first = [web.get(page) for _ in range(THRESHOLD)]
        later = [web.get(page) for _ in range(REQUESTS)]

        assert {reply.status for reply in first + later} == {200}
        # None of those that ask is quicker; a busy machine keeps some waiting that don't.
        quicker = sorted(reply.seconds for reply in later)[REQUESTS // 4]
        assert (quicker < READ_S) is (threshold == THRESHOLD)
        valkey.resume()
