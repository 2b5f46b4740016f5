"""The shape of what people type about payments."""

import re
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import ids
from app.core.errors import Invalid
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.core.money import Money
from app.web.forms import Form, typed_amount


def money(typed: str | None, currency: str) -> Money | None:
    """Return an amount that was typed, exact; None where it is none in this currency."""
    amount = typed_amount(typed)
    if amount is None:
        return None
    try:
        found = Money.of(amount, currency)
    except Invalid:
        return None
    return found if found.amount == amount and found.minor > 0 else None


class _Once(Form):
    """A form that counts once, however often it is sent: it carries the id of what it makes."""

    attempt = HiddenField(default=ids.new)

    @property
    def attempt_id(self) -> str:
        """The id, a new one where what came is none."""
        wanted = str(self.attempt.data or "")
        return wanted if re.fullmatch(ids.PATTERN, wanted) else ids.new()


class Pay(_Once):
    """Which invoices are to be paid, and how much of them."""

    documents = SelectMultipleField(
        _l("Invoices"),
        [InputRequired(_l("Choose at least one invoice that is open."))],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    amount = StringField(
        _l("Amount"),
        [Optional(), Length(max=20)],
        description=_l("Left empty: all that is open."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


class Note(_Once):
    """Money that came another way."""

    amount = StringField(
        _l("Amount"),
        [InputRequired(_l("Enter the amount that came.")), Length(max=20)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    day = DateField(_l("Received on"), [InputRequired(_l("Enter the day that the money came."))])
    remark = StringField(
        _l("Remark"), [Optional(), Length(max=200)], render_kw={"autocomplete": "off"}
    )

    def minor(self, currency: str) -> int | None:
        """Return the amount in minor units; puts a message at the field where it is none."""
        found = money(self.amount.data, currency)
        if found is None:
            self.reject(self.amount, _("Enter an amount like 1234.50."))
        return found.minor if found else None


class Connect(Form):
    """How the organisation is paid."""

    is_on = BooleanField(
        _l("Customers can pay by link"),
        description=_l("Open invoices get a button that leads to your payment provider."),
    )
    allows_parts = BooleanField(
        _l("Parts of the amount can be paid"),
        description=_l("Otherwise an invoice is paid as a whole."),
    )
    key = PasswordField(
        _l("API key of Mollie"),
        [
            Optional(),
            Length(max=200),
            Regexp(
                r"^(live|test)_[0-9A-Za-z]{10,}$",
                message=_l("A key begins with live_ or test_. Copy it from your Mollie account."),
            ),
        ],
        description=_l("Kept sealed. Left empty, the key of before stays."),
        render_kw={"autocomplete": "off"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key.data = (self.key.data or "").strip()
