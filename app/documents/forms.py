"""The shape of filters, of an intake, and of decisions about documents."""

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    MultipleFileField,
    SearchField,
    SelectField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.core.languages import lazy_gettext as _l
from app.documents.rules.kinds import NAMES
from app.documents.rules.life import FOR_CUSTOMERS, STATE_NAMES, State
from app.web.forms import Form, anything, named


class Filters(Form):
    """What the list is narrowed to; lives in the URL."""

    q = SearchField(_l("Number or customer"), [Optional(), Length(max=100)])
    kind = SelectField(_l("Kind"), [Optional()])
    state = SelectField(_l("State"), [Optional()])
    since = DateField(_l("Since"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    customer = HiddenField()
    """A customer's id: the way here is from the customer's page."""

    def __init__(self, *args: object, for_staff: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        shown = State if for_staff else sorted(FOR_CUSTOMERS)
        self.kind.choices = anything() + named(NAMES)
        self.state.choices = anything() + named({state: STATE_NAMES[state] for state in shown})


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


class Assign(Form):
    """Which customer a document is for."""

    customer = SelectField(
        _l("Customer"), [InputRequired(_l("Choose a customer."))], validate_choice=False
    )
