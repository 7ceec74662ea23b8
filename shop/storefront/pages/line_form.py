"""One line of the cart: how many of it there shall be. 0 takes it out."""

from typing import Final

from django import forms

# The cart's operations refuse more; the page says so before anything is sent.
MOST_PIECES: Final = 99
WHOLE_NUMBER: Final = f"A whole number from 0 to {MOST_PIECES}."


class LineForm(forms.Form):
    """`was` is how many there were, for whoever wants them back."""

    product_id = forms.IntegerField()
    quantity = forms.IntegerField(
        min_value=0,
        max_value=MOST_PIECES,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), WHOLE_NUMBER),
    )
    was = forms.IntegerField(min_value=1, max_value=MOST_PIECES, required=False)
