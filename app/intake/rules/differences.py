"""What the row of a table says otherwise than the e-invoice inside its PDF."""

from collections.abc import Iterator

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.intake.rules.said import Said


def between(
    said: Said, kind: Kind | None, einvoice: EInvoice, place: dict[str, str]
) -> Iterator[Finding]:
    """Yield a warning for everything that the row and the e-invoice say differently."""
    row = said.description
    total = (
        einvoice.totals.with_vat if einvoice.totals.with_vat is not None else einvoice.totals.due
    )
    if row.number != einvoice.number:
        yield _differs(
            N_(
                "Row %(row)s has the number %(said)s, the e-invoice %(found)s. The e-invoice counts."
            ),
            place,
            row.number,
            einvoice.number,
        )
    if row.issue_date != einvoice.issue_date:
        yield _differs(
            N_("Row %(row)s has the date %(said)s, the e-invoice %(found)s. The e-invoice counts."),
            place,
            row.issue_date.isoformat(),
            einvoice.issue_date.isoformat() if einvoice.issue_date else "–",
        )
    if row.total is not None and (row.total, row.currency) != (total, einvoice.currency):
        yield _differs(
            N_(
                "Row %(row)s has the total %(said)s, the e-invoice %(found)s. The e-invoice counts."
            ),
            place,
            f"{row.total:f} {row.currency}",
            f"{total:f} {einvoice.currency}" if total is not None else "–",
        )
    if kind is not None and row.kind is not kind:
        sentence = N_(
            "Row %(row)s has a document of the type %(said)s, the e-invoice is of the type %(found)s."
            " The e-invoice counts."
        )
        code = row.kind.traits.type_code or row.kind.value
        yield _differs(sentence, place, code, einvoice.type_code or kind.value)


def _differs(sentence: str, place: dict[str, str], said: str, found: str) -> Finding:
    values = place | {"said": said, "found": found}
    return Finding("KT-TABLE-DIFFERS", Severity.WARNING, sentence, values=values)
