"""A table that shows how one may look, in the reader's language."""

import csv
from io import StringIO

from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.intake.rules.fields import FIELD_NAMES, Field


def table(currency: str) -> bytes:
    """Return a CSV with headings and two rows, as spreadsheet programs open it: UTF-8 with a mark."""
    values = {
        Field.NUMBER: ("2026-0412", "2026-0413"),
        Field.KIND: (_(Kind.INVOICE.label), _(Kind.CREDIT_NOTE.label)),
        Field.DATE: ("2026-11-03", "2026-11-03"),
        Field.UNTIL: ("2026-12-03", ""),
        Field.TOTAL: ("1284.50", "100.00"),
        Field.CURRENCY: (currency, currency),
        Field.ORDER: ("4711", ""),
        Field.CUSTOMER_NUMBER: ("1001", "1002"),
        Field.CUSTOMER_NAME: ("Ruth Keller", "Muster AG"),
        Field.CUSTOMER_EMAIL: ("ruth@example.com", "post@example.com"),
        Field.FILE: ("2026-0412.pdf", "2026-0413.pdf"),
    }
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_(FIELD_NAMES[field]) for field in values])
    writer.writerows(zip(*values.values(), strict=True))
    return text.getvalue().encode("utf-8-sig")
