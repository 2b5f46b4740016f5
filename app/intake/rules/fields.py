"""What a column of a table may mean, and how its heading gives that away in four languages."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.documents.rules.kinds import Kind


class Field(StrEnum):
    """What is taken from a row."""

    NUMBER = "number"
    KIND = "kind"
    DATE = "date"
    UNTIL = "until"
    TOTAL = "total"
    CURRENCY = "currency"
    ORDER = "order"
    CUSTOMER_NUMBER = "customer_number"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_EMAIL = "customer_email"
    FILE = "file"


FIELD_NAMES: Final[dict[Field, str]] = {
    Field.NUMBER: N_("Number"),
    Field.KIND: N_("Kind"),
    Field.DATE: N_("Date"),
    Field.UNTIL: N_("Due date or last day"),
    Field.TOTAL: N_("Total, VAT included"),
    Field.CURRENCY: N_("Currency"),
    Field.ORDER: N_("Order number"),
    Field.CUSTOMER_NUMBER: N_("Customer number"),
    Field.CUSTOMER_NAME: N_("Customer's name"),
    Field.CUSTOMER_EMAIL: N_("Customer's e-mail address"),
    Field.FILE: N_("Name of the file"),
}

_HEADINGS: Final[dict[Field, str]] = {
    Field.CUSTOMER_NUMBER: (
        "kundennummer kundennr kundnr kdnr debitorennummer debitorennr debitor debitornr kundenid"
        " customerno customernumber customerid accountno accountnumber clientno clientnumber"
        " kundnummer kundid kundnr kundenr kundenummer debitornummer"
    ),
    Field.CUSTOMER_EMAIL: (
        "email emailadresse mail mailadresse kundenemail customeremail emailaddress epost"
        " epostadress epostadresse kundensemail kundepost customersemailaddress"
        " emailadressedeskunden kundensepostadress kundensepostadresse"
    ),
    Field.CUSTOMER_NAME: (
        "kunde kundenname name empfaenger empfanger firma debitorenname rechnungsempfaenger"
        " customer customername client clientname company recipient billto buyer"
        " kund kundnamn namn mottagare foretag kundenavn navn mottaker customersname"
    ),
    Field.FILE: (
        "datei dateiname pdf pdfdatei pdfname beleg belegdatei dokument dateipfad"
        " file filename pdffile document documentname attachment"
        " nameofthefile fil filnamn filnavn dokumentnamn dokumentnavn pdffil bilaga vedlegg"
    ),
    Field.UNTIL: (
        "faellig faelligam faelligkeit faelligkeitsdatum zahlbarbis zahlungsziel gueltigbis"
        " duedate due payby paymentdue validuntil validto expires expirydate"
        " duedateorlastday faelligamoderletztertag forfallodagellersistadag forfallsdatoellersistedag"
        " forfallodatum forfallodag forfaller forfallsdato forfall betalningsdag giltigtill gyldigtil"
    ),
    Field.ORDER: (
        "bestellnummer bestellnr auftragsnummer auftragsnr bestellung auftrag ihrebestellung"
        " ordernumber orderno order purchaseorder po pono ponumber orderreference"
        " ordernr ordernummer bestallningsnummer bestillingsnummer ordrenummer ordrenr"
    ),
    Field.NUMBER: (
        "rechnungsnummer rechnungsnr rechnungnr rechnr renr belegnummer belegnr dokumentnummer"
        " dokumentnr dokumentennummer nummer nr number no invoicenumber invoiceno invoice invno"
        " documentnumber documentno docno fakturanummer fakturanr fakturano faktura verifikationsnummer"
        " bilagsnummer bilagsnr angebotsnummer offertnummer lieferscheinnummer gutschriftnummer"
    ),
    Field.DATE: (
        "datum rechnungsdatum belegdatum ausstellungsdatum ausgestelltam dokumentdatum"
        " date invoicedate issuedate issued documentdate dateofissue"
        " fakturadatum utfardad utstallningsdatum dato fakturadato dokumentdato utstedt"
    ),
    Field.TOTAL: (
        "betrag total summe gesamtbetrag gesamtsumme bruttobetrag brutto rechnungsbetrag endbetrag"
        " totalbetrag amount totalamount grandtotal gross grossamount invoiceamount amountdue"
        " totalvatincluded totalmitmwst summainklusivemoms suminkludertmva"
        " belopp totalbelopp summa totalsumma attbetala belop totalbelop sum totalsum abetale"
    ),
    Field.CURRENCY: "waehrung currency currencycode valuta valutakod valutakode whg wrg",
    Field.KIND: (
        "art belegart dokumentart dokumenttyp typ belegtyp rechnungsart kind type documenttype"
        " documentkind doctype dokumentslag dokumenttype sort slag"
    ),
}

_KIND_WORDS: Final[dict[Kind, str]] = {
    Kind.INVOICE: "rechnung faktura invoice bill schlussrechnung rechnungen inv re",
    Kind.CREDIT_NOTE: (
        "gutschrift creditnote creditmemo credit kreditfaktura kreditnota kreditnote"
        " rechnungskorrektur gs"
    ),
    Kind.REMINDER: (
        "mahnung zahlungserinnerung erinnerung reminder paymentreminder dunning dunningnotice"
        " paminnelse betalningspaminnelse betalingspaminnelse purring inkassovarsel ma"
    ),
    Kind.QUOTE: "offerte angebot quote quotation offer estimate offert tilbud pristilbud an",
    Kind.DELIVERY_NOTE: (
        "lieferschein deliverynote packingslip despatchadvice dispatchnote foljesedel pakkseddel"
        " folgeseddel leveransesedel ls"
    ),
    Kind.ORDER_CONFIRMATION: (
        "auftragsbestaetigung bestellbestaetigung orderconfirmation orderbekraftelse"
        " ordrebekreftelse ab"
    ),
}
KIND_WORDS: Final = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
"""A word for a kind, as `plain` writes it → the kind."""


def plain(text: str) -> str:
    """Return a word as it is compared: small letters, without accents, signs and spaces.

    Both ways of writing an umlaut are one: Währung, Waehrung → waehrung.
    """
    small = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    bare = unicodedata.normalize("NFKD", small).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare)


def guess(headings: Iterable[str]) -> dict[Field, str]:
    """Return which heading probably stands for which field; each heading for one at most."""
    known = [(heading, _spellings(heading)) for heading in headings]
    found: dict[Field, str] = {}
    for field, words in _HEADINGS.items():
        wanted = words.split()
        fits = [
            (wanted.index(spelling), heading)
            for heading, spellings in known
            for spelling in spellings
            if spelling in wanted and heading not in found.values()
        ]
        if fits:
            found[field] = min(fits)[1]
    return {field: found[field] for field in Field if field in found}


def _spellings(heading: str) -> set[str]:
    """Return the ways in which a heading is compared: Fällig → faellig, fallig; without brackets."""
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", heading)
    swedish = bare.casefold().replace("å", "a").replace("ä", "a").replace("ö", "o")
    norwegian = swedish.replace("ø", "o").replace("æ", "a").replace("ü", "u")
    return {plain(bare), plain(swedish), plain(norwegian)} - {""}


def kind_named(text: str) -> Kind | None:
    """Return the kind that a word means in one of the four languages; None where none is known."""
    return next((KIND_WORDS[one] for one in _spellings(text) if one in KIND_WORDS), None)
