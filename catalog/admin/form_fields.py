"""Form fields for what Django's own answer with an exception: to be set as an admin's `formfield_overrides`."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput


class JsonField(forms.JSONField):
    """A text nested too deeply, or a number of too many digits, is an error of the field.

    What was typed comes back letter by letter: JSON can say what no page can show, such as half a character.
    """

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value}) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        if self.disabled:
            return initial
        return None if data is None else InvalidJSONInput(data)


class AmountField(forms.DecimalField):
    """Django refuses what is no number after it has compared it, and a signalling NaN lets nobody compare it."""

    def to_python(self, value: Any) -> Any:
        amount = super().to_python(value)
        if amount is not None and not amount.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return amount


FIELDS: Final[dict[type["models.Field[Any, Any]"], dict[str, Any]]] = {
    models.JSONField: {"form_class": JsonField},
    models.DecimalField: {"form_class": AmountField},
}
