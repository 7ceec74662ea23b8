"""The form under a product with which visitors say what they think."""

from typing import Final

from django import forms

RATINGS: Final = (("", "Choose…"), (5, "5, excellent"), (4, "4, good"), (3, "3, fair"), (2, "2, weak"), (1, "1, poor"))


class ReviewForm(forms.Form):
    author = forms.CharField(label="Your name", max_length=60)
    rating = forms.TypedChoiceField(label="Rating", choices=RATINGS, coerce=int)
    title = forms.CharField(label="In a few words", max_length=120)
    body = forms.CharField(label="Review", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5}))
