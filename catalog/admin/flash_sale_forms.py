"""The forms of a flash sale: its terms, and the decision about it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from catalog.flash_sales.products import read_lines
from catalog.flash_sales.terms import LEAST_PERCENT, LONGEST_NAME, MOST_PERCENT, Terms

# The fields of the form by those of the terms.
FIELDS: Final = {"product_ids": "products", "items": "products"}
_MOMENT: Final = {"type": "datetime-local", "step": "1"}


class TermsForm(forms.Form):
    """Cleaned, it has the sale's Terms under `terms`. `kept` are the products of a sale that is edited."""

    name = forms.CharField(max_length=LONGEST_NAME, widget=UnfoldAdminTextInputWidget, help_text="Visitors read it.")
    percent_off = forms.DecimalField(
        label="Percent off",
        required=False,
        min_value=LEAST_PERCENT,
        max_value=MOST_PERCENT,
        max_digits=4,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text="Off each product's regular price. May stay empty where every product has a price of its own.",
    )
    starts_at = forms.DateTimeField(
        label="Starts at",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=_MOMENT),
        help_text="Universal time (UTC). Empty: you start it by hand.",
    )
    ends_at = forms.DateTimeField(
        label="Ends at",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=_MOMENT),
        help_text="Universal time (UTC). Empty: you end it by hand.",
    )
    products = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="A SKU a line; a price behind it is that product's own, such as JAM-001 2.50.",
    )

    def __init__(self, *args: Any, kept: dict[int, Decimal | None] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = kept or {}
        if self._kept:
            self.fields["products"].help_text += f" Empty: the {len(self._kept):,} that it has."

    def clean_products(self) -> dict[int, Decimal | None]:
        text = self.cleaned_data["products"]
        return read_lines(text) if text.strip() else self._kept

    def clean_starts_at(self) -> datetime | None:
        return _in_utc(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> datetime | None:
        return _in_utc(self.cleaned_data["ends_at"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        items = cleaned.pop("products")
        try:
            cleaned["terms"] = Terms(items=items, **cleaned)
        except ValidationError as error:
            self.refuse(error)
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """Show what is wrong with the terms at the fields that they come from."""
        for field, problems in error.message_dict.items():
            self.add_error(FIELDS.get(field, field), problems)


class DecisionForm(forms.Form):
    """What to do with a sale, and that this is meant."""

    sure = forms.BooleanField(
        label="Yes, I have looked at the prices below",
        widget=UnfoldBooleanSwitchWidget,
        error_messages={"required": "Nothing was done: say first that you have looked at the prices."},
    )


def _in_utc(moment: datetime | None) -> datetime | None:
    try:
        return None if moment is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError("There is no such time.") from error
