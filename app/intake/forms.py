"""The shape of what people bring in."""

from collections.abc import Iterable
from typing import Any, Final

from wtforms import (
    BooleanField,
    Field,
    FileField,
    MultipleFileField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from app.core.errors import Invalid
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.documents.rules.kinds import NAMES, Kind
from app.intake.rules import columns as rules
from app.intake.rules import values
from app.intake.rules.fields import FIELD_NAMES
from app.intake.rules.fields import Field as Meaning
from app.intake.rules.values import DATE_ORDERS, DECIMAL_SIGNS, DateOrder, DecimalSign
from app.web.forms import Form, choices, named

MOST_FILES: Final = 990
"""Files of one form: below the parts that a request may have (`MAX_FORM_PARTS`)."""


class Intake(Form):
    """Files to be taken in."""

    files = MultipleFileField(
        _l("Files"),
        [InputRequired(_l("Choose at least one file."))],
        description=_l("E-invoices as XML (UBL, CII) or PDF (Factur-X, ZUGFeRD), many at once."),
        render_kw={"multiple": True, "accept": ".xml,.pdf,application/xml,application/pdf"},
    )
    creates_customers = BooleanField(
        _l("Add customers that are not known yet"),
        description=_l("Otherwise their documents wait until somebody confirms the customer."),
    )


class Table(Form):
    """A table and the PDFs that it names."""

    table = FileField(
        _l("Table"),
        [InputRequired(_l("Choose the table."))],
        description=_l("CSV or XLSX, with headings in the first row; at most 20,000 rows."),
        render_kw={"accept": ".csv,.txt,.xlsx,text/csv"},
    )
    archive = FileField(
        _l("PDFs"),
        [InputRequired(_l("Choose the archive with the PDFs."))],
        description=_l("One ZIP archive. A column of the table says which row has which file."),
        render_kw={"accept": ".zip,application/zip"},
    )


class Columns(Form):
    """Which column of a table means what."""

    number = SelectField(_l(FIELD_NAMES[Meaning.NUMBER]))
    date = SelectField(_l(FIELD_NAMES[Meaning.DATE]))
    kind = SelectField(_l(FIELD_NAMES[Meaning.KIND]), [Optional()])
    every_kind = SelectField(_l("Kind, where the table says none"), [Optional()])
    customer_number = SelectField(_l(FIELD_NAMES[Meaning.CUSTOMER_NUMBER]), [Optional()])
    customer_name = SelectField(_l(FIELD_NAMES[Meaning.CUSTOMER_NAME]), [Optional()])
    customer_email = SelectField(_l(FIELD_NAMES[Meaning.CUSTOMER_EMAIL]), [Optional()])
    total = SelectField(_l(FIELD_NAMES[Meaning.TOTAL]), [Optional()])
    decimal_sign = SelectField(_l("Sign before the cents"), [InputRequired()])
    currency = SelectField(_l(FIELD_NAMES[Meaning.CURRENCY]), [Optional()])
    every_currency = StringField(
        _l("Currency, where the table says none"),
        [Optional(), Length(max=3)],
        render_kw={"autocomplete": "off", "maxlength": "3"},
    )
    until = SelectField(_l(FIELD_NAMES[Meaning.UNTIL]), [Optional()])
    date_order = SelectField(_l("Dates with slashes"), [InputRequired()])
    order = SelectField(_l(FIELD_NAMES[Meaning.ORDER]), [Optional()])
    file = SelectField(
        _l(FIELD_NAMES[Meaning.FILE]),
        [Optional()],
        description=_l("Without a column, each file is looked for by the number."),
    )

    def __init__(self, *args: Any, headings: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("Not in the table")), *headings]
        for meaning in Meaning:
            self[meaning.value].choices = choices(columns)
        self.every_kind.choices = choices([("", _("None"))]) + named(NAMES)
        self.date_order.choices = named(DATE_ORDERS)
        self.decimal_sign.choices = named(DECIMAL_SIGNS)

    def fill(self, columns: rules.Columns) -> None:
        """Show what was guessed, remembered or chosen."""
        for meaning in Meaning:
            self[meaning.value].data = columns.headings.get(meaning, "")
        self.every_kind.data = columns.kind.value if columns.kind else ""
        self.every_currency.data = columns.currency
        self.date_order.data = columns.date_order.value
        self.decimal_sign.data = columns.decimal_sign.value

    def validate_every_currency(self, field: Field) -> None:
        """Refuse what is not in ISO 4217, or has more decimals than EN 16931 allows."""
        try:
            field.data = values.currency(field.data) if field.data else ""
        except Invalid:
            raise ValidationError(_("Enter the currency, like CHF or EUR.")) from None

    def said(self) -> rules.Columns:
        """Return what was chosen; call it only once the form is valid."""
        chosen = {meaning: self[meaning.value].data for meaning in Meaning}
        return rules.Columns(
            headings={meaning: heading for meaning, heading in chosen.items() if heading},
            kind=Kind(self.every_kind.data) if self.every_kind.data else None,
            currency=self.every_currency.data or "",
            date_order=DateOrder(self.date_order.data),
            decimal_sign=DecimalSign(self.decimal_sign.data),
        )


class TakeIn(Form):
    """Begin with what the preview showed."""

    creates_customers = BooleanField(
        _l("Add customers that are not known yet"),
        description=_l("Otherwise their documents wait until somebody confirms the customer."),
    )
