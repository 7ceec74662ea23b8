"""A form that leads to its first error."""

from typing import Any

from django import forms


class LedForm(forms.Form):
    """When it comes back with errors, the first field with one has the focus, and a screen reader says what is wrong.

    Each error is tied to its field by Django (aria-invalid, aria-describedby).
    """

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        first = next((name for name in self.fields if name in self.errors), None)
        for name, one in self.fields.items():
            attributes: dict[str, Any] = one.widget.attrs
            if name == first:
                attributes["autofocus"] = True
            else:
                attributes.pop("autofocus", None)
