"""The forms at the door: log in, sign up."""

from typing import Final

from django import forms

from shop.storefront.led_form import LedForm
from shop.visitors.accounts import LONGEST_EMAIL

# Hashing a password takes as long as it is; nobody remembers a longer one.
LONGEST_PASSWORD: Final = 200


class LoginForm(LedForm):
    email = forms.EmailField(
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignUpForm(LedForm):
    email = forms.EmailField(
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text="Eight characters or more, and not one that everybody uses.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
