"""What the row of a table adds to what an examination found; an e-invoice inside the PDF wins."""

from dataclasses import replace

from app.core.languages import N_
from app.documents.actions.description import buyer_of
from app.documents.actions.keeping import Arrival
from app.documents.formats import media_types
from app.documents.formats.examination import Examination
from app.documents.rules import description
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.party import Contact, Identifier, Party
from app.intake import queries
from app.intake.rules import differences
from app.intake.rules.outlook import is_by_name
from app.intake.rules.said import Said
from app.organisations import queries as organisations
from app.organisations.models import Customer


def applied(found: Examination, item_id: str, arrival: Arrival) -> Examination:
    """Return what was found together with the row of the table that names the file, if one does."""
    row = queries.row_of(item_id)
    if row is None:
        return found
    said = Said.from_json(row[0].described)
    place = {"row": str(row[0].number), "table": row[1].table_name}
    if found.einvoice is not None:
        other = differences.between(said, found.kind, found.einvoice, place)
        return replace(found, findings=(*found.findings, *other))
    rules = {finding.rule for finding in found.findings}
    if found.media_type != media_types.PDF or not rules & description.UNREAD:
        return found
    seller = Party(name=organisations.organisation_by_id(arrival.organisation_id).name)
    einvoice = description.described(said.description, seller, _buyer(said, arrival))
    kept = [one for one in found.findings if one.rule not in description.UNREAD]
    return replace(
        found,
        kind=said.description.kind,
        einvoice=replace(einvoice, purchase_order=said.order),
        findings=(*kept, _by_table(place)),
    )


def _by_table(place: dict[str, str]) -> Finding:
    # A person may still correct what the table said, as what a person entered.
    sentence = N_(
        "The data came from row %(row)s of the table %(table)s. The PDF counts; no rules were checked."
    )
    return Finding(description.BY_HAND, Severity.INFORMATION, sentence, values=place)


def _buyer(said: Said, arrival: Arrival) -> Party:
    customer = _customer(said, arrival)
    number = customer.number if customer else said.customer_number
    return replace(
        buyer_of(customer) if customer else Party(name=said.customer_name),
        identifiers=(Identifier(number),) if number else (),
        contact=Contact(email=said.customer_email) if said.customer_email else None,
    )


def _customer(said: Said, arrival: Arrival) -> Customer | None:
    """Find the customer by number or mail, by name only where the row has neither."""
    if is_by_name(said):
        found = queries.customer_named(arrival.organisation_id, said.customer_name)
        if found is not None or not arrival.creates_customers:
            return found
        # It is about to be made: another row of the same name must find it, not make a second.
        organisations.hold_organisation(arrival.organisation_id)
        return queries.customer_named(arrival.organisation_id, said.customer_name)
    return organisations.find_customer(
        arrival.organisation_id,
        number=said.customer_number or None,
        vat_id=None,
        gln=None,
        endpoint=None,
        email=said.customer_email or None,
    )
