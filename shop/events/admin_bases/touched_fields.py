"""A form that writes the fields that were touched, and leaves the others as they are now.

    1. A product is opened, at a price of 4.50
    2. somebody else lowers the price to 3.99
    3. a typo in the product's name is mended, and the form saved
A form that writes all it shows would undo step 2 in step 3, and the history would not say so. So each field sends along
what it was when the form was shown, and what was not touched keeps the value of now, which the admin has read under a
lock. Proved by tests/integration/test_admin_stale_forms.py.
"""

from typing import Any, ClassVar

from django.forms import ModelForm, ValidationError


class TouchedFields(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """To be mixed into the form of a row. A form with a `refusal` shows what was typed, and is never valid."""

    refusal: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_change = self.instance.pk is not None
        if not self._is_change:
            return
        for name, field in self.fields.items():
            if not field.widget.is_hidden:
                # A script that sends nothing of the kind means the values it sends.
                hidden, sent_as = field.hidden_widget(), self.add_initial_prefix(name)
                is_sent = not hidden.value_omitted_from_data(self.data, self.files, sent_as)
                field.show_hidden_initial = is_sent or not self.is_bound

    def clean(self) -> dict[str, Any] | None:
        if self.refusal:
            raise ValidationError(self.refusal)
        return super().clean()

    def _post_clean(self) -> None:
        """Django writes to the instance what is in `cleaned_data`, and checks the instance as a whole."""
        cleaned = self.cleaned_data
        if self._is_change:
            untouched = self.fields.keys() - set(self.changed_data)
            self.cleaned_data = {name: value for name, value in cleaned.items() if name not in untouched}
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        self.cleaned_data = {name: value for name, value in cleaned.items() if name not in self.errors}
