"""Frozen dataclasses as plain values for a JSON column, and back: exact, without empty fields."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from app.core.errors import Invalid

Record = TypeVar("Record")


def to_plain(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as text, whole numbers, booleans, lists and dicts.

    A Decimal becomes its exact text ("12.50" keeps its zero), a date its ISO 8601 text. A field
    that has its default value is left out: a line of an invoice fills few of its fields.
    """
    return {
        field.name: _plain(getattr(record, field.name))
        for field in fields(record)
        if getattr(record, field.name) != field.default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return to_plain(value) if is_dataclass(value) else value


def from_plain(kind: type[Record], data: Any) -> Record:
    """Return the `kind` (a dataclass) that `to_plain` made `data` of.

    Raises `Invalid` where a value is not of its field's type; unknown fields are ignored.
    """
    if not isinstance(data, Mapping):
        raise Invalid(f"{kind.__name__} must be an object")
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], data[name]) for name in hints if name in data})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, data: Any) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(data, list):
            raise Invalid("a list is expected")
        return tuple(_value(get_args(hint)[0], entry) for entry in data)
    kinds = [choice for choice in get_args(hint) or (hint,) if choice is not NoneType]
    if data is None and len(kinds) < len(get_args(hint)):
        return None
    return _scalar(kinds[0], data)


def _scalar(kind: Any, data: Any) -> Any:
    if is_dataclass(kind):
        return from_plain(kind, data)  # type: ignore[arg-type]
    try:
        if kind is Decimal:
            return _finite(Decimal(data))
        if kind is date:
            return date.fromisoformat(data)
        if issubclass(kind, Enum):
            return kind(data)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise Invalid(f"{data!r} is not a {kind.__name__}") from error
    if type(data) is not kind:
        raise Invalid(f"{data!r} is not a {kind.__name__}")
    return data


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise Invalid(f"{number} is no number of an invoice")
    return number
