"""How many of a product go into the cart."""

from typing import Final

from django import forms

# As many as the page offers at once; the cart takes more.
MOST_AT_ONCE: Final = 10


class AddForm(forms.Form):
    product_id = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.TypedChoiceField(
        coerce=int,
        choices=[(number, number) for number in range(1, MOST_AT_ONCE + 1)],
        error_messages={"invalid_choice": f"Choose a number from 1 to {MOST_AT_ONCE}."},
    )
