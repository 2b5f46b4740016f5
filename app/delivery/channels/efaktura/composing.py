"""An invoice or a reminder of ours in an insurer's terms: pure, and exact to the centime."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from app.core.languages import N_
from app.delivery.channels.efaktura import amounts
from app.delivery.channels.efaktura.amounts import Charged, Impossible
from app.delivery.channels.efaktura.connection import (
    Connection,
    case,
    insurer,
    patient,
    tariff_of,
)
from app.delivery.channels.efaktura.facts import (
    ZERO,
    Balance,
    Biller,
    Company,
    Named,
    Postal,
    Reminder,
    Request,
    Service,
    Slip,
    Tiers,
    Version,
    clean,
)
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.line import Line, Period
from app.documents.rules.party import Party

LANGUAGES: Final = ("de", "fr", "it")
LAST_SECOND: Final = {Version.V450: 1924902000, Version.V500: 2890245600}
"""The last moment that a version can name."""
LEVELS: Final = range(1, 4)
NO_CODE: Final = "1"
NO_NAME: Final = "—"
_QR_REFERENCE: Final = re.compile(r"[0-9]{27}")
_CREDITOR_REFERENCE: Final = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
_SWISS: Final = re.compile(r"(CH|LI)[0-9]{7}[0-9A-Z]{12}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a request has beside its content: our reference, its moment, from whom to whom."""

    reference: str
    timestamp: int
    """Seconds since 1970, the same for every attempt of a round."""
    recipient: str
    """GLN."""
    insurer_name: str
    language: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class Dunned:
    """A reminder: what it says, and by which name the other side knows the invoice."""

    said: EInvoice
    level: int
    invoice: Named


def request(
    said: EInvoice,
    there: Connection,
    known: dict[str, Any],
    envelope: Envelope,
    dunned: Dunned | None = None,
) -> Request:
    """Return the request about an invoice, or about a reminder of it; raises `Impossible`.

    `known`: what is known of the patient, see `connection.told`; nothing of it is lacking.
    """
    _check(said, there, known, envelope)
    services = _services(said, there)
    sums = amounts.balance(said, _vat_number(said))
    about = said if dunned is None else dunned.said
    own = Named(envelope.reference, envelope.timestamp, about.issue_date or date.min)
    biller = _biller(said, there)
    kind = case(known)
    return Request(
        version=there.version,
        language=envelope.language if envelope.language in LANGUAGES else LANGUAGES[0],
        is_test=envelope.is_test,
        guid=hashlib.sha256(envelope.reference.encode()).hexdigest()[:32],
        sender=there.biller_gln,
        recipient=envelope.recipient,
        via=there.via,
        invoice=own if dunned is None else dunned.invoice,
        biller=biller,
        insurer=insurer(known, envelope.insurer_name),
        patient=patient(known),
        case=kind,
        balance=_asked(sums, dunned, kind.tiers),
        slip=_slip(said, there, biller.company),
        begin=min(one.begin for one in services),
        end=max(one.end or one.begin for one in services),
        services=tuple(services),
        reminder=None if dunned is None else _reminder(dunned, own),
        remark=about.number,
        allows_changes=there.allows_changes,
    )


def _check(said: EInvoice, there: Connection, known: dict[str, Any], envelope: Envelope) -> None:
    if said.currency != "CHF":
        raise Impossible(N_("Insurers are billed in CHF only."))
    if said.issue_date is None:
        raise Impossible(N_("The invoice has no date."))
    if known["tiers"] == Tiers.SOLDANT and there.version is Version.V450:
        raise Impossible(N_("Tiers soldant is only known to version 5.0 of the format."))
    if envelope.timestamp > LAST_SECOND[there.version]:
        raise Impossible(
            N_("Version %(version)s of the format cannot name today’s date. Choose a newer one."),
            version=there.version.value,
        )


def _reminder(dunned: Dunned, own: Named) -> Reminder:
    if dunned.level not in LEVELS:
        raise Impossible(N_("Insurers are reminded three times at most."))
    text = " ".join(one.text for one in dunned.said.notes) or dunned.said.payment_terms
    return Reminder(own, dunned.level, text)


def _asked(sums: Balance, dunned: Dunned | None, tiers: Tiers) -> Balance:
    """Return what is asked for: of a reminder with its fee, and less what was paid meanwhile."""
    found = sums if dunned is None else _dunned(sums, dunned.said)
    if found.prepaid and tiers is not Tiers.GARANT:
        raise Impossible(
            N_("What was paid in advance can be told to an insurer under tiers garant only.")
        )
    return found


def _dunned(sums: Balance, said: EInvoice) -> Balance:
    due = said.totals.due
    if due is None:
        raise Impossible(N_("The reminder does not say what is to be paid."))
    # The first line about the invoice is what is open of it; further ones are interest.
    first = next(iter(said.reminded_invoices), None)
    is_open = (first.debit or ZERO) - (first.credit or ZERO) if first else sums.due
    is_open = min(max(is_open, ZERO), sums.due, due)
    return replace(sums, due=due, reminder=due - is_open, prepaid=sums.prepaid + sums.due - is_open)


def _services(said: EInvoice, there: Connection) -> list[Service]:
    return [_service(one, said, there) for one in amounts.charged(said)]


def _service(one: Charged, said: EInvoice, there: Connection) -> Service:
    line = one.what if isinstance(one.what, Line) else None
    item = line.item.seller_identifier if line else ""
    tariff = tariff_of(there, item)
    period = _period(line, said)
    quantity = (line.quantity if line else None) or Decimal(1)
    name = line.item.name if line else getattr(one.what, "reason", "")
    assert period.start is not None
    return Service(
        tariff=tariff.type,
        code=clean(tariff.code or item)[:30] or NO_CODE,
        name=clean(name)[:350] or clean(said.number)[:350] or NO_NAME,
        begin=period.start,
        end=period.end,
        quantity=quantity,
        unit=amounts.unit_of(one.amount, quantity),
        amount=one.amount,
        vat_rate=one.rate,
        remark=line.item.description[:350] if line else "",
    )


def _period(line: Line | None, said: EInvoice) -> Period:
    """Return when something was done: the line's period, the document's, its delivery, its date."""
    day = said.delivery.day if said.delivery else None
    for one in (line.period if line else None, said.period, Period(day), Period(said.issue_date)):
        if one is not None and (one.start or one.end):
            start = one.start or one.end
            return Period(start, one.end if one.end and start and one.end > start else None)
    raise Impossible(N_("The invoice has no date."))


def _company(party: Party, place: str) -> Company:
    address = party.address
    name = clean(party.name)
    if address is None or not (name and clean(address.postcode) and clean(address.city)):
        raise Impossible(
            N_("The invoice lacks the name, postcode or city of the biller (%(place)s)."),
            place=place,
        )
    country = address.country if re.fullmatch("[A-Z]{2}", address.country) else "CH"
    return Company(name, Postal(address.line_1, address.postcode, address.city, country))


def _biller(said: EInvoice, there: Connection) -> Biller:
    return Biller(
        company=_company(said.seller, "BT-27, BT-37, BT-38"),
        gln=there.biller_gln,
        zsr=there.biller_zsr,
        provider_gln=there.provider_gln,
        provider_zsr=there.provider_zsr,
        role=there.role,
        place=there.place,
        vat_number=_vat_number(said),
    )


def _vat_number(said: EInvoice) -> str:
    return re.sub(r"[^A-Z0-9]", "", said.seller.vat_identifier.upper())[:12]


def _slip(said: EInvoice, there: Connection, creditor: Company) -> Slip:
    """Return the QR bill of the first account that one can be made of; raises `Impossible`."""
    accounts = [
        (re.sub(r"\s", "", one.iban).upper(), re.sub(r"\s", "", one.remittance).upper())
        for one in said.payment_instructions
    ]
    swiss = [one for one in accounts if _SWISS.fullmatch(one[0])]
    if not swiss:
        raise Impossible(N_("The invoice names no Swiss account to pay to (BT-84)."))
    iban, reference = next((one for one in swiss if _is_reference(one[1])), swiss[0])
    due, issued = said.due_date, said.issue_date
    days = (due - issued) // timedelta(days=1) if due and issued and due >= issued else None
    return Slip(
        iban=iban,
        reference=reference if _is_reference(reference) else "",
        creditor=creditor,
        bank=there.bank,
        note=said.number[:70],
        days=days,
    )


def _is_reference(text: str) -> bool:
    kinds: Sequence[re.Pattern[str]] = (_QR_REFERENCE, _CREDITOR_REFERENCE)
    return any(one.fullmatch(text) for one in kinds)
