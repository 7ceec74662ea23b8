"""The forms by which staff move goods."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.models.movement import LONGEST_REASON
from inventory.operations import LARGEST_QUANTITY
from inventory.queries import LARGEST_ID
from inventory.staff import names_of


def _number(**attributes: str) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off", **attributes})


class ProductForm(forms.Form):
    """Which product; a page's address carries it."""

    product = forms.IntegerField(
        label="Product id",
        min_value=1,
        max_value=LARGEST_ID,
        widget=_number(),
        help_text="The number at the end of the product's address in the shop, and in the admin.",
    )

    def clean_product(self) -> int:
        product_id: int = self.cleaned_data["product"]
        names = names_of(product_ids=[product_id])
        if names is not None and product_id not in names:
            raise ValidationError("There is no such product.")
        return product_id


class _ByHandForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The ledger keeps it: a delivery note, what a count found, what broke.",
    )
    # The newest entry by staff that this form knows of.
    seen = forms.IntegerField(min_value=0, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Nobody can see what is wrong with a hidden field."""
        if "seen" in self.errors:
            self.add_error(None, "This form was not made by this page: open the page again.")
        return super().clean() or {}


class ReceiveForm(_ByHandForm):
    change = forms.IntegerField(label="How many came in", min_value=1, max_value=LARGEST_QUANTITY, widget=_number())
    field_order = ("change", "reason")


class AdjustForm(_ByHandForm):
    change = forms.IntegerField(
        label="More or less than there should be",
        min_value=-LARGEST_QUANTITY,
        max_value=LARGEST_QUANTITY,
        widget=_number(inputmode="text"),
        help_text="With a minus sign for what is missing: -2 for two that broke. What is held can't be taken away.",
    )
    field_order = ("change", "reason")

    def clean_change(self) -> Any:
        change: int = self.cleaned_data["change"]
        if change == 0:
            raise ValidationError("Then there is nothing to set right.")
        return change
