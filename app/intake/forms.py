"""The shape of what people bring in."""

from typing import Final

from wtforms import BooleanField, MultipleFileField
from wtforms.validators import InputRequired

from app.core.languages import lazy_gettext as _l
from app.web.forms import Form

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
