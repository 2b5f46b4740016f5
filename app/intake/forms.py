"""The shape of what people bring in."""

from wtforms import BooleanField, MultipleFileField
from wtforms.validators import InputRequired

from app.core.languages import lazy_gettext as _l
from app.web.forms import Form


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
