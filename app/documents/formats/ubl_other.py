"""UBL 2.1 Quotation, Reminder, OrderResponse(Simple) and DespatchAdvice, in the words of EN 16931.

What they share with an invoice is read into the same fields; what they leave out stays empty.
"""

from dataclasses import replace
from typing import Any, Final

from app.documents.formats import ubl
from app.documents.formats.element import Element
from app.documents.formats.ubl_line import despatch_line, period, quotation_line, response_line
from app.documents.formats.ubl_party import address, party
from app.documents.rules.einvoice import Delivery, EInvoice, Note, RemindedInvoice
from app.documents.rules.line import Line, Period
from app.documents.rules.party import Identifier, Party

ACCEPTED: Final = "AP"
REJECTED: Final = "RE"
"""UNCL 4343, for the true and false that an OrderResponseSimple says."""

_SELLERS: Final = (
    "cac:SellerSupplierParty",
    "cac:DespatchSupplierParty",
    "cac:AccountingSupplierParty",
)
_BUYERS: Final = (
    "cac:BuyerCustomerParty",
    "cac:AccountingCustomerParty",
    "cac:OriginatorCustomerParty",
    "cac:DeliveryCustomerParty",
)
_TOTALS: Final = "cac:LegalMonetaryTotal", "cac:QuotedMonetaryTotal"
_DELIVERY_PERIODS: Final = (
    "cac:PromisedDeliveryPeriod",
    "cac:EstimatedDeliveryPeriod",
    "cac:RequestedDeliveryPeriod",
)


def read(root: Any) -> EInvoice:
    """Return what a UBL document (lxml) says that is neither Invoice nor CreditNote."""
    top = Element(root, ubl.PREFIXES)
    currency = _currency(top)
    shared = ubl.read(root)
    return replace(
        shared,
        currency=currency,
        notes=(*shared.notes, *map(Note, top.texts("cbc:RejectionNote"))),
        seller=_party(top, _SELLERS, "cbc:CustomerAssignedAccountID", is_buyer=False),
        buyer=_party(top, _BUYERS, "cbc:SupplierAssignedAccountID", is_buyer=True),
        delivery=_delivery(top.one("cac:Delivery") or top.one("cac:Shipment/cac:Delivery")),
        sales_order=top.text("cac:OrderReference/cbc:SalesOrderID", "cbc:SalesOrderID"),
        tender=top.text(
            "cac:RequestForQuotationDocumentReference/cbc:ID",
            "cac:OriginatorDocumentReference/cbc:ID",
        ),
        contract=top.text("cac:Contract/cbc:ID"),
        validity=period(top.one("cac:ValidityPeriod")),
        period=period(top.one("cac:ReminderPeriod")),
        response_code=_response_code(top),
        reminder_level=top.number("cbc:ReminderSequenceNumeric"),
        reminded_invoices=tuple(
            reminded for entry in top.all("cac:ReminderLine") for reminded in _reminded(entry)
        ),
        totals=ubl.totals(top, currency, *_TOTALS),
        vat_breakdown=ubl.vat_breakdown(top, currency),
        lines=_lines(top),
    )


def _currency(top: Element) -> str:
    """Return the currency: the one that is named, else the one that every amount is in."""
    named = top.text("cbc:DocumentCurrencyCode", "cbc:PricingCurrencyCode")
    if named:
        return named
    found = {entry.get("currencyID", "").strip() for entry in top.element.iter("{*}PayableAmount")}
    found = found or {entry.get("currencyID", "") for entry in top.element.iter("{*}PriceAmount")}
    return found.pop() if len(found) == 1 else ""


def _party(top: Element, paths: tuple[str, ...], account: str, *, is_buyer: bool) -> Party:
    role = top.first(*paths)
    found = party(role.first("cac:Party"))
    number = role.text(account)
    if is_buyer and number and not found.identifiers:
        found = replace(found, identifiers=(Identifier(number),))
    return found


def _delivery(found: Element | None) -> Delivery | None:
    if found is None:
        return None
    planned = [period(found.one(path)) for path in _DELIVERY_PERIODS]
    latest = found.day("cbc:LatestDeliveryDate")
    return Delivery(
        name=found.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=found.maybe_identifier("cac:DeliveryLocation/cbc:ID"),
        day=found.day("cbc:ActualDeliveryDate"),
        address=address(
            found.one("cac:DeliveryAddress") or found.one("cac:DeliveryLocation/cac:Address")
        ),
        planned=next(filter(None, planned), Period(end=latest) if latest else None),
    )


def _response_code(top: Element) -> str:
    if top.one("cbc:AcceptedIndicator") is not None:
        return ACCEPTED if top.is_true("cbc:AcceptedIndicator") else REJECTED
    return top.text("cbc:OrderResponseCode")


def _reminded(entry: Element) -> list[RemindedInvoice]:
    """Return what a line reminds of; its amounts stand with the first invoice that it names."""
    paths = ("Invoice", "SelfBilledInvoice", "CreditNote", "DebitNote", "Reminder")
    named = [
        reference
        for path in paths
        for reference in entry.all(f"cac:BillingReference/cac:{path}DocumentReference")
    ]
    found = [RemindedInvoice(one.text("cbc:ID"), one.day("cbc:IssueDate")) for one in named]
    first = replace(
        found[0] if found else RemindedInvoice(),
        debit=entry.number("cbc:DebitLineAmount"),
        credit=entry.number("cbc:CreditLineAmount"),
        note="\n".join(entry.texts("cbc:Note")),
    )
    return [one for one in (first, *found[1:]) if one != RemindedInvoice()]


def _lines(top: Element) -> tuple[Line, ...]:
    return (
        *map(quotation_line, top.all("cac:QuotationLine")),
        *map(response_line, top.all("cac:OrderLine")),
        *map(despatch_line, top.all("cac:DespatchLine")),
    )
