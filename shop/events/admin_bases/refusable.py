"""A list of rows that can be shown again as it was typed, with the reason why nothing was saved."""

from typing import ClassVar

from django.forms import BaseModelFormSet, ValidationError


class Refusable(BaseModelFormSet):  # type: ignore[type-arg]  # not generic at run time
    """To be mixed into a formset; one with a `refusal` is never valid."""

    refusal: ClassVar[str] = ""

    def clean(self) -> None:
        if self.refusal:
            raise ValidationError(self.refusal)
        super().clean()
