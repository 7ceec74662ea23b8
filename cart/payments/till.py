"""Where the shop pays: the provider that it was given when Django started (cart/apps.py)."""

from cart.payments.provider import PaymentProvider


class Till:
    """Holds one provider; a test puts another one in."""

    def __init__(self) -> None:
        self._provider: PaymentProvider | None = None

    @property
    def provider(self) -> PaymentProvider:
        if self._provider is None:
            raise RuntimeError("The till has no payment provider: Django is not set up.")
        return self._provider

    def put_in(self, provider: PaymentProvider) -> None:
        self._provider = provider


TILL = Till()
