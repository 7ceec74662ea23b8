"""What a cell of each column may say: functions that take the text and return the value, or raise ValidationError."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from catalog.models import Product

_AMOUNT: Final = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_FLAGS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


def _text(field: "models.Field[Any, Any]") -> Callable[[str], str]:
    """As the model's own column takes it, without spaces around it."""

    def read(text: str) -> str:
        if not text.strip() and not field.blank:
            raise ValidationError("This can't be empty.")
        return str(field.clean(text.strip(), None))

    return read


def _sku(text: str) -> str:
    """The key is taken as it stands: a SKU that differs by a space is another one."""
    if not text.strip():
        raise ValidationError("Every row needs the SKU of its product.")
    if text != text.strip():
        raise ValidationError("A SKU neither begins nor ends with a space.")
    return _text(Product.sku.field)(text)


def _description(text: str) -> str:
    return str(Product.description.field.clean(text, None))


def _category(text: str) -> str:
    if not text.strip():
        raise ValidationError("This can't be empty.")
    return text.strip()


def _attributes(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        attributes = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ValidationError('This is not JSON; write {"key": "value"}.') from error
    if not isinstance(attributes, dict):
        raise ValidationError("Attributes are an object of keys and values.")
    return attributes


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _flag(text: str) -> bool:
    flag = _FLAGS.get(text.strip().lower())
    if flag is None:
        raise ValidationError("Write true or false.")
    return flag


def _amount(text: str) -> Decimal | None:
    plain = text.strip()
    if not plain:
        return None
    if not _AMOUNT.fullmatch(plain):
        raise ValidationError(
            "Write an amount as 3.20: a point, at most two decimals and eight digits before it, no currency."
        )
    return Decimal(plain).quantize(Decimal("0.01"))


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text.strip()):
        raise ValidationError("A currency is three capitals, such as EUR.")
    return text.strip()


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        moment = parse_datetime(text.strip())
        if moment is not None:
            return moment.astimezone(UTC) if is_aware(moment) else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError("Write a moment as 2026-12-24T18:00+00:00; without an offset it is UTC.")


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "sku": _sku,
    "slug": _text(Product.slug.field),
    "name": _text(Product.name.field),
    "brand": _text(Product.brand.field),
    "category": _category,
    "description": _description,
    "attributes": _attributes,
    "is_published": _flag,
    "is_featured": _flag,
    "regular_amount": _amount,
    "amount": _amount,
    "currency": _currency,
    "sale_ends_at": _moment,
}
