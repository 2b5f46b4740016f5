"""The shape of decisions about documents: whose it is, and what a PDF says."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import (
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.errors import Invalid
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.core.money import exponent
from app.documents.models import AUDIENCE_NAMES, Audience
from app.documents.rules.description import Description
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import NAMES, Kind
from app.documents.rules.life import open_until
from app.web.forms import Form, choices, named, typed_amount


class Assign(Form):
    """Which customer a document is for."""

    customer = SelectField(
        _l("Customer"), [InputRequired(_l("Choose a customer."))], validate_choice=False
    )


class Attach(Form):
    """Files to be put beside a document, and who sees them."""

    files = MultipleFileField(
        _l("Files"),
        [],
        description=_l("PDF, PNG, JPEG, CSV, XLSX, ODS or XML, many at once."),
        render_kw={"multiple": True},
    )
    audience = RadioField(
        _l("Who sees them"),
        [InputRequired(_l("Choose who sees the files."))],
        default=Audience.INTERNAL.value,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = named(AUDIENCE_NAMES)


class Describe(Form):
    """What a PDF says that no e-invoice comes with."""

    kind = SelectField(_l("Kind"), [InputRequired()])
    number = StringField(
        _l("Number"),
        [DataRequired(_l("Enter the number as the file has it.")), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    issue_date = DateField(_l("Date"), [InputRequired(_l("Enter the date of the document."))])
    until = DateField(
        _l("Due date"),
        [Optional()],
        description=_l("Until when it is to be paid. For a quote: its last day."),
    )
    total = StringField(
        _l("Total, VAT included"),
        [],
        description=_l("Like 1234.50. Order confirmations and delivery notes may have none."),
        render_kw={"autocomplete": "off", "inputmode": "decimal"},
    )
    currency = StringField(
        _l("Currency"),
        [InputRequired(_l("Enter the currency, like CHF or EUR.")), Length(max=3)],
        render_kw={"autocomplete": "off", "maxlength": "3"},
    )
    customer = SelectField(
        _l("Customer"), [InputRequired(_l("Choose a customer."))], validate_choice=False
    )

    def __init__(self, *args: Any, customers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(NAMES)
        self.customer.choices = choices([("", _("Choose a customer")), *customers])

    def fill(self, kind: Kind, said: EInvoice | None, customer_id: str | None, own: str) -> None:
        """Show what was entered before; `own` is the organisation's currency (ISO 4217)."""
        self.kind.data, self.currency.data = kind.value, own
        self.customer.data = customer_id or ""
        if said is not None:
            total = said.totals.with_vat
            self.number.data, self.issue_date.data = said.number, said.issue_date
            self.until.data = open_until(kind, said)
            self.total.data = "" if total is None else f"{total:f}"
            self.currency.data = said.currency or own

    def validate_until(self, field: DateField) -> None:
        """Refuse a last day before the first."""
        issued = self.issue_date.data
        if field.data and issued and field.data < issued:
            raise ValidationError(_("This is before the date of the document."))

    def validate_currency(self, field: StringField) -> None:
        """Refuse what is not in ISO 4217, or has more decimals than EN 16931 allows."""
        field.data = (field.data or "").upper()
        try:
            digits = exponent(field.data)
        except Invalid:
            raise ValidationError(_("Enter the currency, like CHF or EUR.")) from None
        if digits > 2:
            raise ValidationError(_("Amounts in this currency have too many decimals."))

    def validate_total(self, field: StringField) -> None:
        """Refuse what is no amount; only some kinds may be without one."""
        if not field.data:
            if self.kind.data in set(Kind) and Kind(self.kind.data).traits.has_total:
                raise ValidationError(_("Enter the total as the file has it."))
            return
        total = self._total()
        if total is None:
            raise ValidationError(_("Enter an amount like 1234.50."))
        try:
            digits = exponent((self.currency.data or "").upper())
        except Invalid:
            return
        if total != total.quantize(Decimal(1).scaleb(-digits)):
            raise ValidationError(_("The amount has more decimals than its currency."))

    def _total(self) -> Decimal | None:
        return typed_amount(self.total.data)

    def said(self) -> Description:
        """Return what was typed; call it only once the form is valid."""
        return Description(
            kind=Kind(self.kind.data),
            number=self.number.data or "",
            issue_date=self.issue_date.data,
            until=self.until.data,
            currency=self.currency.data or "",
            total=self._total(),
        )
