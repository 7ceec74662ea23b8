"""Who buys, where to, and by which card. What is wrong with an address or a card, checkout itself says."""

from typing import Any

from django import forms

from cart.checkout import CheckoutRequest
from shop.storefront.led_form import LedForm


class CardInput(forms.TextInput):
    """Never writes a card's number into a page, whatever was typed."""

    def format_value(self, value: Any) -> None:
        return None


class CheckoutForm(LedForm):
    """`key` names this checkout, so that sending it twice buys once; `expected_total` is what the page has shown."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    # Longer than a total can be that is paid: checkout itself says that one is too large.
    expected_total = forms.DecimalField(widget=forms.HiddenInput, max_digits=20, decimal_places=2, min_value=0)
    email = forms.CharField(widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}))
    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    address = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        help_text="Street, postcode, town.",
    )
    card = forms.CharField(
        label="Card number",
        strip=False,
        widget=CardInput(attrs={"autocomplete": "cc-number", "inputmode": "numeric", "maxlength": 40}),
    )
    expires = forms.CharField(
        label="Expires",
        required=False,
        help_text="Month and year, as 08/30.",
        widget=forms.TextInput(attrs={"autocomplete": "cc-exp", "inputmode": "numeric", "maxlength": 10}),
    )

    def wish(self) -> CheckoutRequest:
        """What checkout is asked for; only of a valid form."""
        wanted = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return CheckoutRequest(**wanted)
