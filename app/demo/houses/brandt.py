"""Brandt Maschinenbau GmbH, a manufacturer in Dortmund: what it sells, and a year of its invoices."""

from typing import Final

from app.demo.cast import Enclosure, Form, House, Position, Sample, Vat, each
from app.demo.houses import brandt_people as people
from app.documents.rules.einvoice import PaymentInstruction
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Address, Contact, Identifier, Party

FULL: Final = Vat("S", each("19"))
BOOKS: Final = Vat("S", each("7"))
REVERSE: Final = Vat(
    "AE", each("0"), "Steuerschuldnerschaft des Leistungsempfängers", "VATEX-EU-AE"
)
INSIDE_EU: Final = Vat("K", each("0"), "Intra-Community supply, exempt from VAT", "VATEX-EU-IC")
EXPORT: Final = Vat("G", each("0"), "Eksport, fritatt for tysk merverdiavgift", "VATEX-EU-G")

CONVEYOR: Final = Position(
    "Förderband FB 400",
    each("1"),
    "C62",
    each("12480.00"),
    FULL,
    "Länge 6 m, Bandbreite 400 mm, 0,75 kW",
    "FB-400-6",
)
ROLLER: Final = Position(
    "Tragrolle 89 mm", each("24"), "C62", each("18.45"), FULL, "Kugelgelagert, verzinkt", "TR-089"
)
BELT: Final = Position(
    "Gurt PVC, weiß", each("12.6"), "MTR", each("64.30"), FULL, article="GU-PVC-400"
)
MOTOR: Final = Position(
    "Trommelmotor TM 113",
    each("2"),
    "C62",
    each("1145.00"),
    FULL,
    article="TM-113",
    discount=each("5"),
)
FITTING: Final = Position("Montage vor Ort", each("14.5"), "HUR", each("89.00"), FULL)
JOURNEY: Final = Position("Anfahrt", each("186"), "KMT", each("0.72"), FULL)
MANUAL: Final = Position(
    "Betriebsanleitung, gedruckt", each("2"), "C62", each("24.00"), BOOKS, article="BA-FB400"
)
SERVICE_ABROAD: Final = (
    Position("Inspektion Förderanlage Linz", each("2"), "DAY", each("960.00"), REVERSE),
    Position("Reisekosten", each("1"), "LS", each("418.60"), REVERSE),
)
ENGLISH: Final = (
    Position(
        "Belt conveyor FB 400",
        each("2"),
        "C62",
        each("12480.00"),
        INSIDE_EU,
        "6 m, belt width 400 mm, 0.75 kW",
        "FB-400-6",
    ),
    Position(
        "Spare belt, PVC", each("12.6"), "MTR", each("64.30"), INSIDE_EU, article="GU-PVC-400"
    ),
)
SWEDISH: Final = (
    Position(
        "Trumma TM 113 med motor", each("4"), "C62", each("1145.00"), INSIDE_EU, article="TM-113"
    ),
    Position("Bärrulle 89 mm", each("60"), "C62", each("18.45"), INSIDE_EU, article="TR-089"),
)
NORWEGIAN: Final = (
    Position(
        "Transportbånd FB 400",
        each("1"),
        "C62",
        each("12480.00"),
        EXPORT,
        "6 m, båndbredde 400 mm",
        "FB-400-6",
    ),
    Position("Frakt til Bergen", each("1"), "LS", each("1290.00"), EXPORT),
)
TEST: Final = Enclosure(
    "pruefprotokoll.csv",
    "Prüfprotokoll der Abnahme",
    (
        ("Prüfung", "Soll", "Ist", "Ergebnis"),
        ("Bandgeschwindigkeit m/s", "0,50", "0,51", "in Ordnung"),
        ("Stromaufnahme A", "≤ 2,1", "1,9", "in Ordnung"),
        ("Not-Halt", "löst aus", "löst aus", "in Ordnung"),
    ),
)

SAMPLES: Final = (
    Sample("RE-70201", "70001", 344, (CONVEYOR, FITTING, JOURNEY), is_paid=True, order="4500-1187"),
    Sample("RE-70214", "70004", 301, ENGLISH, is_paid=True, order="PO 22-318"),
    Sample("RE-70222", "70002", 270, SERVICE_ABROAD, is_paid=True),
    Sample("RE-70236", "70005", 238, SWEDISH, is_paid=True, order="NV-5521"),
    Sample("RE-70245", "70007", 205, (ROLLER, MANUAL), terms=14, is_paid=True),
    Sample("RE-70251", "70003", 171, NORWEGIAN, is_paid=True, order="FM-0907"),
    Sample("RE-70263", "70001", 140, (MOTOR, BELT), is_paid=True, order="4500-1243", form=Form.CII),
    Sample(
        "GS-70027",
        "70001",
        131,
        (BELT,),
        credits="RE-70263",
        note="Der Gurt kam mit einem Schnittfehler an. Sie behalten ihn ohne Berechnung.",
        form=Form.CII,
        shows="a credit note",
    ),
    Sample("RE-70270", "70001", 98, (FITTING, JOURNEY), is_paid=True),
    Sample(
        "RE-70281",
        "70007",
        53,
        (MOTOR,),
        shows="overdue",
    ),
    Sample(
        "RE-70288",
        "70001",
        21,
        (CONVEYOR, MANUAL),
        order="4500-1302",
        form=Form.FACTUR_X,
        shows="due soon, a Factur-X PDF",
    ),
    Sample(
        "RE-70290",
        "70006",
        2,
        (BELT, ROLLER),
        terms=14,
        shows="uncertain: the mail server’s answer was lost",
    ),
    Sample(
        "RE-70291",
        "70005",
        12,
        SWEDISH[1:],
        order="NV-5590",
        shows="in Swedish, within the EU",
    ),
    Sample(
        "RE-70292",
        "70007",
        11,
        (ROLLER, JOURNEY),
        terms=14,
        corrected=(ROLLER,),
        shows="two versions",
    ),
    Sample(
        "RE-70293",
        "70004",
        8,
        ENGLISH[1:],
        order="PO 22-402",
        shows="in English",
    ),
    Sample(
        "RE-70294",
        "70003",
        7,
        NORWEGIAN,
        order="FM-1011",
        shows="in Norwegian, an export",
    ),
    Sample(
        "RE-70295",
        "70001",
        6,
        (CONVEYOR, FITTING),
        order="4500-1310",
        enclosure=TEST,
        shows="with an attachment",
    ),
    Sample("RE-70296", "70002", 5, SERVICE_ABROAD),
    Sample("RE-70300", "70009", 5, (FITTING,), shows="of a customer below another one"),
    Sample(
        "RE-70297",
        "70006",
        4,
        (MOTOR, FITTING),
        mistake=each("0.90"),
        shows="held: the VAT is wrong by 0.90",
    ),
    Sample(
        "RE-70298",
        "70012",
        3,
        (ROLLER,),
        terms=14,
        shows="held: the customer is unknown",
    ),
    Sample(
        "RE-70299",
        "70008",
        1,
        (FITTING, JOURNEY),
        shows="undeliverable: no such mailbox",
    ),
    Sample("AN-3107", "70001", 13, (CONVEYOR, MOTOR, FITTING), kind=Kind.QUOTE, shows="a quote"),
    Sample(
        "AB-3107",
        "70001",
        10,
        (CONVEYOR, MOTOR),
        kind=Kind.ORDER_CONFIRMATION,
        order="4500-1322",
        shows="an order confirmation",
    ),
    Sample(
        "LS-3107",
        "70001",
        4,
        (ROLLER, MANUAL),
        kind=Kind.DELIVERY_NOTE,
        order="4500-1322",
        shows="a delivery note",
    ),
    Sample("MA-70281", "70007", 2, (), reminds="RE-70281", kind=Kind.REMINDER, shows="a reminder"),
    Sample(
        "RE-70260",
        "70001",
        2,
        (FITTING, JOURNEY),
        form=Form.PDF,
        shows="a plain PDF, described by hand, to be published",
    ),
)

BRANDT: Final = House(
    slug="brandt",
    language="de",
    country="DE",
    timezone="Europe/Berlin",
    currency="EUR",
    accent="#3f5a2a",
    seller=Party(
        name="Brandt Maschinenbau GmbH",
        vat_identifier="DE999900008",
        tax_registration="317/5555/0190",
        legal_information="Amtsgericht Dortmund, HRB 99001, Geschäftsführerin Sabine Brandt",
        electronic_address=Identifier("DE999900008", "9930"),
        address=Address("Hüttenstraße 21", city="Dortmund", postcode="44135", country="DE"),
        contact=Contact("Jens Kowalski", "+49 231 000 21 21", "rechnung@brandt-maschinen.example"),
    ),
    members=people.MEMBERS,
    customers=people.CUSTOMERS,
    strangers=(people.STRANGER,),
    samples=SAMPLES,
    payment=PaymentInstruction(
        means_code="58",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        account_name="Brandt Maschinenbau GmbH",
    ),
    terms={
        "de": "Zahlbar innerhalb von %(days)s Tagen ohne Abzug.",
        "en": "Payable within %(days)s days without deduction.",
        "sv": "Betalas inom %(days)s dagar utan avdrag.",
        "nb": "Betales innen %(days)s dager uten fradrag.",
    },
    sold_goods=frozenset({"K"}),
)
