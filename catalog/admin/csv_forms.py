"""The two forms of the page for files: what to bring in, and what to take out."""

from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from catalog.csv import Mode
from catalog.models import Category
from catalog.tree_order import in_tree_order

EVERYTHING: Final = ("", "Every product")
MODES: Final = (
    (Mode.CHECK, "Check only, and write nothing"),
    (Mode.ALL, "Import if every row is good, else nothing"),
    (Mode.GOOD_ROWS, "Import the good rows, skip the broken ones"),
)


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"}),
        help_text="UTF-8, cells separated by commas, at most 100,000 rows and 20 MB. The first row names the columns.",
    )
    mode = forms.ChoiceField(
        label="What to do", choices=MODES, initial=Mode.CHECK, widget=UnfoldAdminRadioSelectWidget()
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > settings.LARGEST_CSV:
            raise forms.ValidationError("The file is larger than 20 MB: split it.")
        return file


class ExportForm(forms.Form):
    category = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No-break spaces: a browser drops others at the beginning of an option.
        choices = [
            (placed.category.slug, "\N{NO-BREAK SPACE}" * 4 * placed.depth + placed.category.name)
            for placed in in_tree_order(Category.objects.only("id", "parent", "name", "slug", "position"))
        ]
        cast("forms.ChoiceField", self.fields["category"]).choices = [EVERYTHING, *choices]
