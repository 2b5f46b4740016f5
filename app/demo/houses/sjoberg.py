"""Sjöberg Redovisning AB, an accountant in Göteborg: what it sells, and a year of its invoices."""

from typing import Final

from app.demo.cast import Enclosure, Form, House, Position, Sample, Vat, each
from app.demo.houses import sjoberg_people as people
from app.documents.rules.einvoice import PaymentInstruction
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Address, Contact, Identifier, Party

FULL: Final = Vat("S", each("25"))
BOOKS: Final = Vat("S", each("6"))
ABROAD_IN_EU: Final = Vat(
    "AE", each("0"), "Reverse charge, Article 196 Directive 2006/112/EC", "VATEX-EU-AE"
)
ABROAD: Final = Vat(
    "G", each("0"), "Tjeneste til kunde utenfor EU, svensk mva. ikke beregnet", "VATEX-EU-G"
)

BOOKKEEPING: Final = Position(
    "Löpande bokföring", each("1"), "MON", each("4850.00"), FULL, "Verifikationer och momsrapport"
)
SALARIES: Final = Position(
    "Lönehantering",
    each("12"),
    "C62",
    each("185.00"),
    FULL,
    "Lönebesked och arbetsgivardeklaration",
)
ADVICE: Final = Position("Rådgivning", each("3.5"), "HUR", each("1250.00"), FULL)
CLOSING: Final = Position("Årsbokslut och årsredovisning", each("1"), "LS", each("28500.00"), FULL)
RETURN: Final = Position("Inkomstdeklaration 1", each("1"), "C62", each("1960.00"), FULL)
HANDBOOK: Final = Position(
    "Handbok: Bokföring för småföretag", each("2"), "C62", each("389.00"), BOOKS, article="BOK-07"
)
COURSE: Final = Position(
    "Kurs i fakturering, heldag", each("4"), "C62", each("2400.00"), FULL, discount=each("10")
)
ENGLISH: Final = (
    Position("VAT registration in Sweden", each("1"), "LS", each("9500.00"), ABROAD_IN_EU),
    Position("Advice on cross-border trade", each("5.25"), "HUR", each("1250.00"), ABROAD_IN_EU),
)
NORWEGIAN: Final = (
    Position("Bokføring for svensk filial", each("1"), "MON", each("6200.00"), ABROAD),
    Position("Rådgivning om skatt i Sverige", each("2.75"), "HUR", each("1250.00"), ABROAD),
)
HOURS: Final = Enclosure(
    "tidrapport.csv",
    "Tidrapport för rådgivningen",
    (
        ("Datum", "Konsult", "Timmar", "Ärende"),
        ("den 4:e", "Karin Sjöberg", "1,5", "Investering i kyllager"),
        ("den 11:e", "Karin Sjöberg", "2,0", "Generationsskifte"),
    ),
)

SAMPLES: Final = (
    Sample("24011", "501", 341, (BOOKKEEPING, SALARIES), is_paid=True, covers_month=True),
    Sample("24023", "502", 310, (BOOKKEEPING,), is_paid=True, covers_month=True),
    Sample("24037", "508", 279, (CLOSING, ADVICE), is_paid=True),
    Sample("24045", "505", 248, NORWEGIAN, is_paid=True, covers_month=True),
    Sample("24052", "506", 217, ENGLISH, is_paid=True, order="HL-118"),
    Sample("24061", "503", 190, (RETURN,), terms=20, is_paid=True),
    Sample("24074", "502", 156, (BOOKKEEPING, HANDBOOK), is_paid=True, covers_month=True),
    Sample(
        "24077",
        "502",
        149,
        (HANDBOOK,),
        credits="24074",
        note="Böckerna är slut på förlaget.",
        shows="a credit note",
    ),
    Sample("24086", "504", 125, (BOOKKEEPING, ADVICE), is_paid=True, covers_month=True),
    Sample(
        "24094",
        "508",
        54,
        (COURSE, HANDBOOK),
        shows="overdue",
    ),
    Sample(
        "24101",
        "501",
        23,
        (BOOKKEEPING, SALARIES),
        covers_month=True,
        shows="due soon",
    ),
    Sample("24103", "504", 13, (BOOKKEEPING, SALARIES), covers_month=True),
    Sample(
        "24104",
        "502",
        12,
        (BOOKKEEPING, ADVICE),
        covers_month=True,
        corrected=(BOOKKEEPING,),
        shows="two versions",
    ),
    Sample(
        "24105",
        "505",
        8,
        NORWEGIAN,
        covers_month=True,
        shows="in Norwegian",
    ),
    Sample(
        "24106",
        "506",
        7,
        ENGLISH[1:],
        order="HL-131",
        shows="in English, reverse charge",
    ),
    Sample(
        "24107",
        "507",
        6,
        (RETURN, HANDBOOK),
        terms=20,
        shows="undeliverable: no such mailbox",
    ),
    Sample(
        "24108",
        "501",
        5,
        (ADVICE,),
        order="KF-0921",
        enclosure=HOURS,
        shows="with an attachment, sent by Peppol too",
    ),
    Sample(
        "24109",
        "508",
        4,
        (ADVICE,),
        mistake=each("-0.75"),
        shows="held: the VAT is wrong by 0.75",
    ),
    Sample(
        "24110",
        "512",
        2,
        (RETURN,),
        terms=20,
        shows="held: the customer is unknown",
    ),
    Sample(
        "24111",
        "504",
        1,
        (SALARIES,),
        covers_month=True,
        shows="put off: the mailbox is full",
    ),
    Sample("OFF-52", "501", 13, (COURSE, HANDBOOK), kind=Kind.QUOTE, shows="a quote"),
    Sample(
        "OB-52",
        "501",
        10,
        (COURSE, HANDBOOK),
        kind=Kind.ORDER_CONFIRMATION,
        order="KF-0917",
        shows="an order confirmation",
    ),
    Sample(
        "FS-52",
        "501",
        4,
        (HANDBOOK,),
        kind=Kind.DELIVERY_NOTE,
        order="KF-0917",
        shows="a delivery note",
    ),
    Sample("P-24094", "508", 2, (), reminds="24094", kind=Kind.REMINDER, shows="a reminder"),
    Sample(
        "24090",
        "501",
        2,
        (ADVICE,),
        form=Form.PDF,
        shows="a plain PDF, described by hand, to be published",
    ),
)

SJOBERG: Final = House(
    slug="sjoberg",
    language="sv",
    country="SE",
    timezone="Europe/Stockholm",
    currency="SEK",
    accent="#7a3b2e",
    seller=Party(
        name="Sjöberg Redovisning AB",
        legal_identifier=Identifier("5599010013", "0007"),
        vat_identifier="SE559901001301",
        tax_registration="Godkänd för F-skatt",
        electronic_address=Identifier("5599010013", "0007"),
        address=Address("Vasagatan 40", city="Göteborg", postcode="411 37", country="SE"),
        contact=Contact("Oskar Nyman", "+46 31 000 40 40", "faktura@sjoberg.example"),
    ),
    members=people.MEMBERS,
    customers=people.CUSTOMERS,
    strangers=(people.STRANGER,),
    samples=SAMPLES,
    payment=PaymentInstruction(means_code="30", iban="SE4550000000058398257466", bic="ESSESESS"),
    terms={
        "sv": "%(days)s dagar netto. Efter förfallodagen debiteras dröjsmålsränta enligt räntelagen.",
        "nb": "%(days)s dager netto. Etter forfall beregnes forsinkelsesrente.",
        "en": "%(days)s days net. Interest is charged on late payment.",
    },
)
