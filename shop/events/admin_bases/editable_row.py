"""One row of a list with editable columns.

    1. A list of prices is opened
    2. somebody else changes half of them
    3. one other price in the list is saved
Compared with the rows of now, step 3 would undo step 2. So each field sends along what it was when the list was shown,
and a row is written only if somebody touched it. Proved by tests/integration/test_admin_history.py.
"""

from typing import Any

from django.forms import ModelForm


class EditableRow(ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """To be mixed into the form of a row; a column's heading is no label to a screen reader, so each field has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.show_hidden_initial = True
                field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"
                # There is no room for it in a list, and nothing may point to what is not there.
                field.help_text = ""
