"""The form of a category."""

from typing import Any, ClassVar

from django import forms

from catalog.models.attribute_schema import validate_schema


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        # Help is shown as HTML, which would swallow angle brackets.
        help_texts: ClassVar = {"slug": "Its name in addresses: /c/slug/."}

    def clean_attribute_schema(self) -> Any:
        """Nothing typed is the empty list. What Django takes for empty, `{}` for one, its validators never see."""
        schema = self.cleaned_data["attribute_schema"]
        if schema is None:
            return []
        validate_schema(schema)
        return schema
