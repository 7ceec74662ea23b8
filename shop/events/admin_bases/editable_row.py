"""One row of a list with editable columns: only what was touched in it is written."""

from typing import Any

from shop.events.admin_bases.touched_fields import TouchedFields


class EditableRow(TouchedFields):
    """To be mixed into the form of a row; a column's heading is no label to a screen reader, so each field has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"
                # There is no room for it in a list, and nothing may point to what is not there.
                field.help_text = ""
