"""The forms of a bulk price change: which products, what becomes of their prices, and whether to apply that."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from catalog.admin.product_filters import category_choices
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.bulk.rounding import Rounding
from catalog.bulk.selection import TooManyProductsError, chosen_ids, products_within
from catalog.tree_order import ids_within

KINDS: Final = (
    (
        "Every price",
        [
            (Kind.RAISE_PERCENT, "Raise by a percentage"),
            (Kind.LOWER_PERCENT, "Lower by a percentage"),
            (Kind.RAISE_AMOUNT, "Raise by an amount"),
            (Kind.LOWER_AMOUNT, "Lower by an amount"),
            (Kind.SET_REGULAR, "Set the regular price"),
        ],
    ),
    (
        "Sale: the regular price stays",
        [
            (Kind.SALE_PERCENT, "Reduce by a percentage of the regular price"),
            (Kind.SALE_AMOUNT, "Reduce by an amount off the regular price"),
            (Kind.SALE_PRICE, "Reduce to a price"),
            (Kind.END_SALE, "End the reduction"),
        ],
    ),
)
ROUNDINGS: Final = (
    (Rounding.CENTS, "to the cent"),
    (Rounding.FIVE, "to end in 5, such as 3.25"),
    (Rounding.NINE, "to end in 9, such as 3.29"),
)
ONLY: Final = (
    ("", "All of them"),
    ("sale", "Only what is on sale"),
    ("regular", "Only what is not on sale"),
)
# Ten years. The last days that a calendar knows can't be told in every time zone.
LONGEST_SALE: Final = timedelta(days=3653)
ON_SALE: Final = {"": None, "sale": True, "regular": False}


class ChoosingForm(forms.Form):
    """Cleaned, it has the ids of the products under `ids`, and under `chosen` how they were found."""

    category = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget, help_text="With everything below it.")
    words = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="In name, brand or description, as visitors search.",
    )
    only = forms.ChoiceField(label="Prices", choices=ONLY, required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["category"]).choices = [("", "Every category"), *category_choices()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        slug, words = cleaned["category"], cleaned["words"]
        products = products_within(
            category_ids=ids_within(slug=slug) if slug else (), text=words, on_sale=ON_SALE[cleaned["only"]]
        )
        try:
            cleaned["ids"] = chosen_ids(products)
        except TooManyProductsError as error:
            raise ValidationError(str(error)) from error
        if not cleaned["ids"]:
            raise ValidationError("No product is like that.")
        names = dict(category_choices())
        parts = (names.get(slug, "").strip(), f"“{words}”" if words else "", dict(ONLY)[cleaned["only"]].lower())
        cleaned["chosen"] = ", ".join(part for part in parts if part)
        return cleaned


class RuleForm(forms.Form):
    """Cleaned, it has a PriceRule under `rule`."""

    kind = forms.ChoiceField(label="What to do", choices=KINDS, widget=UnfoldAdminSelectWidget)
    value = forms.DecimalField(
        label="By, or to",
        required=False,
        max_digits=10,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text="A percentage or an amount, such as 10 or 0.50. Leave it empty to end a reduction.",
    )
    ends_at = forms.DateTimeField(
        label="The sale ends at",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text="Universal time (UTC), shown to visitors; may stay empty.",
    )
    rounding = forms.ChoiceField(
        choices=ROUNDINGS,
        initial=Rounding.CENTS,
        widget=UnfoldAdminRadioSelectWidget,
        help_text="The nearest such price. One that is typed here stays as it was typed.",
    )
    floor = forms.DecimalField(
        label="Never lower below",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text="May stay empty. What costs less already keeps its price.",
    )

    def clean_ends_at(self) -> datetime | None:
        ends_at: datetime | None = self.cleaned_data["ends_at"]
        if ends_at is None:
            return None
        try:
            ends_at = ends_at.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("There is no such time.") from error
        if ends_at > timezone.now() + LONGEST_SALE:
            raise ValidationError("A sale ends within ten years.")
        return ends_at

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        kind = Kind(cleaned["kind"])
        if cleaned["ends_at"] and not kind.is_sale:
            self.add_error("ends_at", "Only a sale has an end: leave this empty, or reduce the prices.")
        elif cleaned["ends_at"] and cleaned["ends_at"] <= timezone.now():
            self.add_error("ends_at", "This time has passed already.")
        if kind is not Kind.END_SALE and cleaned["value"] is None:
            self.add_error("value", "Say how much.")
        if self.errors:
            return cleaned
        try:
            cleaned["rule"] = PriceRule(
                kind=kind,
                value=cleaned["value"] or Decimal(),
                rounding=Rounding(cleaned["rounding"]),
                floor=cleaned["floor"],
                ends_at=cleaned["ends_at"],
            )
        except ValueError as error:
            self.add_error("value", str(error))
        return cleaned


class ApplyForm(forms.Form):
    """What the preview's page sends back: which preview that was, and what to do with prices that moved since."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    whole = forms.BooleanField(
        label="Change nothing at all if any of these prices has changed since this preview",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Otherwise such prices are left alone, and named.",
    )
