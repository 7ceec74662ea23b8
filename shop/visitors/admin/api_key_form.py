"""The form by which a key is made."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.visitors.models import LONGEST_NAME

LONGEST_USER_NAME: Final = 150
LASTS: Final = {"30": "30 days", "90": "90 days", "365": "a year", "": "until it is revoked"}


class ApiKeyForm(forms.Form):
    """Whoever is not a superuser makes keys of their own alone: with somebody else's they would gain their rights."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="What will use the key, as people will look for it.",
    )
    owner = forms.CharField(
        max_length=LONGEST_USER_NAME,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="The user name of somebody who is staff. The key may do what its owner may.",
    )
    lasts = forms.TypedChoiceField(
        label="In force for",
        choices=list(LASTS.items()),
        coerce=lambda days: timedelta(days=int(days)),
        empty_value=None,
        initial="90",
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, data: Any = None, *, maker: User) -> None:
        super().__init__(data, initial={"owner": maker.username})
        self._maker = maker
        if not maker.is_superuser:
            del self.fields["owner"]

    @property
    def owner_of_key(self) -> User:
        owner: User = self.cleaned_data.get("owner", self._maker)
        return owner

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError("A name is of characters that can be printed.")
        return name

    def clean_owner(self) -> User:
        owner = User.objects.filter(username=self.cleaned_data["owner"], is_active=True, is_staff=True).first()
        if owner is None:
            raise ValidationError("There is nobody of this name who is active and staff.")
        return owner
