"""The base of every form: our languages, values trimmed; and the choices of fields."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.i18n import get_translations

from app.core import languages

AMOUNT: Final = re.compile(r"\d{1,12}([.,]\d{1,4})?")
"""An amount as typed, once the spaces and apostrophes between thousands are gone."""


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose messages are in the language spoken now."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How WTForms makes the fields of our forms.

        The token is checked for every POST in one place (`CSRFProtect`), not form by form.
        """

        csrf = False

        def get_translations(self, form: Any) -> Any:
            """Return WTForms' own catalogue for the language spoken now."""
            return get_translations([languages.current()])

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Trim what is typed or chosen; passwords stay as they are."""
            kind = unbound_field.field_class
            is_text = issubclass(kind, StringField | SelectField) and kind is not PasswordField
            if is_text and "filters" not in unbound_field.kwargs:
                unbound_field.kwargs["filters"] = [_trimmed]
            return super().bind_field(form, unbound_field, options)

    def reject(self, field: Field, sentence: str) -> None:
        """Put a message at a field after an action refused."""
        field.errors = [*field.errors, sentence]


def typed_amount(typed: str | None) -> Decimal | None:
    """Return an amount as somebody typed it, `1'234.50` or `1 234,5`; None where it is none."""
    plain = re.sub(r"[\s'’]", "", typed or "")
    return Decimal(plain.replace(",", ".")) if AMOUNT.fullmatch(plain) else None


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return the choices of a field from (value, label as shown)."""
    return [SelectChoice(value, label) for value, label in pairs]


def named(names: Mapping[Any, str]) -> list[SelectChoice]:
    """Return the choices of a field from a table of msgids, in the language spoken now."""
    return choices((str(value), languages.gettext(name)) for value, name in names.items())


def anything() -> list[SelectChoice]:
    """Return the choice of a filter that does not narrow."""
    return choices([("", languages.gettext("All"))])


def _trimmed(value: str | None) -> str | None:
    # PostgreSQL keeps no NUL in a text; no keyboard types one either.
    return value.replace("\0", "").strip() if isinstance(value, str) else value
