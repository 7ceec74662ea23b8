"""What a form of the admin changed, told in the history with the old and the new values.

Invariant: a field whose widget hides what is typed, and a password, is named without its values.
Proved by tests/integration/test_admin_history.py.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin.utils import model_format_dict
from django.db.models import Model, QuerySet
from django.forms import BaseForm, BaseInlineFormSet, Field, ModelChoiceField, ModelForm, PasswordInput
from django.http import HttpRequest

from shop.events.history import changed


class ToldChanges:
    """Mixed into an admin, in front of it."""

    def construct_change_message(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formsets: Iterable["BaseInlineFormSet[Any, Any, Any]"] | None,
        add: bool = False,
    ) -> list[Mapping[str, Any]]:
        """Django's message, whose names of fields carry their values. Formsets are those of the inlines."""
        message: list[Mapping[str, Any]] = []
        if add:
            message.append({"added": {}})
        elif (told := _changed(form))["fields"]:
            message.append({"changed": told})
        for formset in formsets or ():
            message += [{"added": _named(row)} for row in formset.new_objects]
            rows = {row.instance.pk: _changed(row) for row in formset.forms}
            message += [{"changed": rows[row.pk] | _named(row)} for row, _ in formset.changed_objects]
            message += [{"deleted": _named(row)} for row in formset.deleted_objects]
        return message


def _named(row: Model) -> dict[str, str]:
    return {"name": str(model_format_dict(row)["verbose_name"]), "object": str(row)}


def _changed(form: BaseForm) -> dict[str, Any]:
    # The form of a new password says that `password` has changed, and has no field of this name.
    told = {name for name, field in form.fields.items() if not isinstance(field.widget, PasswordInput)}
    values = {_label(form, name): _values(form, name) for name in form.changed_data if name in told}
    message = changed({label: (old, new) for label, (old, new) in values.items() if _differ(old, new)})
    message["fields"] += [_label(form, name) for name in form.changed_data if name not in told]
    return message


def _differ(old: object, new: object) -> bool:
    """Python takes 1, 1.0 and True for equal, which are not the same JSON."""
    is_json = isinstance(old, dict | list) and isinstance(new, dict | list)
    return old != new or (is_json and json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))


def _label(form: BaseForm, name: str) -> str:
    label = form.fields[name].label if name in form.fields else None
    return str(label or name).lower()


def _values(form: BaseForm, name: str) -> tuple[object, object]:
    """The old and the new value, as people know them."""
    field = form.fields[name]
    return _known(field, form.get_initial_for_field(field, name)), _known(field, form.cleaned_data.get(name))


def _known(field: Field, value: Any) -> object:
    """A row by its name rather than by its id, a choice by its label."""
    if isinstance(field, ModelChoiceField):
        return _rows(field, value)
    choices = dict(getattr(field, "choices", ()))
    return choices.get(value, value) if isinstance(value, str | int) else value


def _rows(field: "ModelChoiceField[Any]", value: Any) -> object:
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(str(_rows(field, one)) for one in value)
    if value is None or isinstance(value, Model):
        return value
    return field.queryset.filter(pk=value).first() if field.queryset is not None else value
