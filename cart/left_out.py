"""What did not fit into a customer's cart at login: kept in their session until a page has told it, once.

    cart_left_out   what merge_carts left out, in its order; nobody else reads or writes this key

Invariants: it outlives the redirect of the login, and goes to nobody else: a logout and a change of customers empty the
session. Where the process dies between the merge and the session's save, the login is lost as well, and with it the
note. Proved by tests/integration/test_cart_left_out.py.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from django.http import HttpRequest

from cart.operations import LeftOut

LEFT_OUT: Final = "cart_left_out"


def note_left_out(request: HttpRequest, left_out: Sequence[LeftOut]) -> None:
    """At most as much as a guest's cart holds, since only one is merged in a session."""
    if left_out:
        request.session[LEFT_OUT] = [asdict(goods) for goods in left_out]


def tell_left_out(request: HttpRequest) -> tuple[LeftOut, ...]:
    """For the page that shows it: the next one does not get it again. Who asks for a head alone is shown nothing."""
    if request.method == "HEAD" or LEFT_OUT not in request.session:
        return ()
    return tuple(LeftOut(**goods) for goods in request.session.pop(LEFT_OUT))
