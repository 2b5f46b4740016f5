"""Haus Lindenhof, a care home in Zürich: what it sells, and a year of its invoices."""

from typing import Final

from app.demo.cast import Enclosure, Form, House, Position, Sample, Vat, each
from app.demo.houses import lindenhof_people as people
from app.documents.rules.einvoice import PaymentInstruction
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Contact, Identifier, Party

FULL: Final = Vat("S", each("8.1"))
REDUCED: Final = Vat("S", each("2.6"))
EXEMPT: Final = Vat(
    "E", each("0"), "Von der Steuer ausgenommen (Art. 21 Abs. 2 Ziff. 2 und 8 MWSTG)"
)
EXEMPT_EN: Final = Vat("E", each("0"), "Exempt from VAT (Art. 21 para. 2 nos. 2 and 8 VAT Act)")
EXEMPT_NB: Final = Vat(
    "E", each("0"), "Unntatt merverdiavgift (art. 21 i den sveitsiske mva-loven)"
)


def stay(days: str) -> tuple[Position, ...]:
    """Return a month's board, care and the resident's share of nursing."""
    return (
        Position("Pension Einzelzimmer", each(days), "DAY", each("142.00"), EXEMPT, "Vollpension"),
        Position("Betreuung", each(days), "DAY", each("48.50"), EXEMPT),
        Position(
            "Pflege, Anteil Bewohnerin", each(days), "DAY", each("23.00"), EXEMPT, "Pflegestufe 5"
        ),
    )


def stay_in_english(days: str) -> tuple[Position, ...]:
    """Return the same for a resident who reads English."""
    return (
        Position("Single room, full board", each(days), "DAY", each("142.00"), EXEMPT_EN),
        Position("Personal care", each(days), "DAY", each("48.50"), EXEMPT_EN),
        Position(
            "Nursing, resident's share", each(days), "DAY", each("23.00"), EXEMPT_EN, "Level 3"
        ),
    )


def stay_in_norwegian(days: str) -> tuple[Position, ...]:
    """Return the same for a resident who reads Norwegian."""
    return (
        Position("Enkeltrom med full pensjon", each(days), "DAY", each("142.00"), EXEMPT_NB),
        Position("Omsorg", each(days), "DAY", each("48.50"), EXEMPT_NB),
        Position("Pleie, egenandel", each(days), "DAY", each("23.00"), EXEMPT_NB, "Nivå 4"),
    )


HAIRDRESSER: Final = Position(
    "Coiffeur, Waschen und Schneiden", each("1"), "C62", each("58.00"), FULL
)
LAUNDRY: Final = Position("Chemische Reinigung Mantel", each("2"), "C62", each("19.90"), FULL)
TELEPHONE: Final = Position("Telefon und TV-Anschluss", each("1"), "MON", each("35.00"), FULL)
FRUIT: Final = Position("Früchte und Mineralwasser", each("1"), "C62", each("47.60"), REDUCED)
CAFETERIA: Final = Position(
    "Cafeteria, Besuch mit Angehörigen", each("1"), "C62", each("64.50"), FULL
)

CARE_DAYS: Final = Enclosure(
    "pflegetage.csv",
    "Pflegetage je Bewohnerin und Stufe",
    (
        ("Bewohner", "Stufe", "Tage", "Beitrag CHF"),
        ("Keller Margrit", "5", "30", "1440.00"),
        ("Zumsteg Heidi", "3", "30", "864.00"),
        ("Frei Elisabeth", "7", "30", "2016.00"),
    ),
)
NURSING: Final = (
    Position("Pflegebeitrag Stufe 3", each("30"), "DAY", each("28.80"), EXEMPT),
    Position("Pflegebeitrag Stufe 5", each("30"), "DAY", each("48.00"), EXEMPT),
    Position("Pflegebeitrag Stufe 7", each("30"), "DAY", each("67.20"), EXEMPT),
)
RENT: Final = Position("Miete Cafeteria-Räume, optiert", each("1"), "MON", each("2850.00"), FULL)

CHAIR: Final = Position(
    "Pflegesessel mit Aufstehhilfe", each("1"), "C62", each("1480.00"), FULL, "Bezug bordeaux"
)
DELIVERY: Final = Position("Lieferung und Aufbau", each("1"), "C62", each("90.00"), FULL)

SAMPLES: Final = (
    Sample("LH-40118", "1001", 338, (*stay("31"), HAIRDRESSER), is_paid=True, covers_month=True),
    Sample("LH-40131", "1003", 307, stay("30"), is_paid=True, covers_month=True),
    Sample("LH-40152", "1001", 246, (*stay("31"), LAUNDRY), is_paid=True, covers_month=True),
    Sample("LH-40160", "2001", 215, NURSING, is_paid=True, covers_month=True),
    Sample("LH-40173", "1006", 184, stay_in_english("30"), is_paid=True, covers_month=True),
    Sample("LH-40181", "1005", 153, stay_in_norwegian("31"), is_paid=True, covers_month=True),
    Sample(
        "LH-40196", "1001", 122, (*stay("30"), HAIRDRESSER, FRUIT), is_paid=True, covers_month=True
    ),
    Sample(
        "LH-40204",
        "1001",
        110,
        (HAIRDRESSER,),
        credits="LH-40196",
        note="Der Coiffeurtermin ist ausgefallen. Wir schreiben Ihnen den Betrag gut.",
        shows="a credit note",
    ),
    Sample("LH-40215", "2002", 92, stay("31"), is_paid=True, order="SA-2188"),
    Sample(
        "LH-40223",
        "1004",
        52,
        (*stay("31"), TELEPHONE),
        covers_month=True,
        shows="overdue",
    ),
    Sample("LH-40218", "1007", 61, stay("30"), shows="overdue, a reminder is due"),
    Sample("LH-40219", "1005", 58, stay_in_norwegian("30"), shows="overdue, a reminder is due"),
    Sample("LH-40231", "2002", 41, stay("30"), terms=60, order="SA-2231"),
    Sample(
        "LH-40238",
        "1007",
        22,
        (*stay("30"), FRUIT, CAFETERIA),
        covers_month=True,
        note="Die Cafeteria haben wir gemäss Ihren Belegen verrechnet.",
        shows="due soon",
    ),
    Sample(
        "LH-40240",
        "1002",
        12,
        stay("30"),
        covers_month=True,
        shows="undeliverable: no such mailbox",
    ),
    Sample(
        "LH-40241",
        "1001",
        11,
        (*stay("30"), HAIRDRESSER, TELEPHONE, FRUIT),
        covers_month=True,
        corrected=(*stay("30"), HAIRDRESSER, FRUIT),
        shows="two versions",
    ),
    Sample(
        "LH-40242",
        "1005",
        9,
        stay_in_norwegian("30"),
        covers_month=True,
        shows="in Norwegian",
    ),
    Sample(
        "LH-40243",
        "1006",
        9,
        (*stay_in_english("30"),),
        covers_month=True,
        shows="in English",
    ),
    Sample(
        "LH-40244",
        "2001",
        6,
        NURSING,
        enclosure=CARE_DAYS,
        covers_month=True,
        shows="with an attachment",
    ),
    Sample(
        "LH-40245",
        "1003",
        5,
        (*stay("30"), LAUNDRY),
        mistake=each("0.50"),
        covers_month=True,
        shows="held: the VAT is wrong by 0.50",
    ),
    Sample(
        "LH-40246",
        "1009",
        3,
        stay("12"),
        note="Eintritt am 18. des Monats.",
        shows="held: the customer is unknown",
    ),
    Sample(
        "LH-40247",
        "2003",
        1,
        (RENT,),
        shows="uncertain: the mail server’s answer was lost",
    ),
    Sample(
        "OF-118",
        "1001",
        13,
        (CHAIR, DELIVERY),
        kind=Kind.QUOTE,
        accepted_by="ruth.keller@bluemail.example",
        shows="a quote that was accepted",
    ),
    Sample(
        "OF-121",
        "1001",
        5,
        (HAIRDRESSER, FRUIT),
        kind=Kind.QUOTE,
        shows="a quote that waits for an answer",
    ),
    Sample(
        "AB-118",
        "1001",
        10,
        (CHAIR, DELIVERY),
        kind=Kind.ORDER_CONFIRMATION,
        order="OF-118",
        shows="an order confirmation",
    ),
    Sample(
        "LS-118",
        "1001",
        4,
        (CHAIR,),
        kind=Kind.DELIVERY_NOTE,
        order="OF-118",
        shows="a delivery note",
    ),
    Sample("MA-40223", "1004", 2, (), reminds="LH-40223", kind=Kind.REMINDER, shows="a reminder"),
    Sample(
        "PD-77",
        "1001",
        2,
        (HAIRDRESSER, FRUIT),
        form=Form.PDF,
        shows="a plain PDF, described by hand, to be published",
    ),
)

LINDENHOF: Final = House(
    slug="lindenhof",
    language="de",
    country="CH",
    timezone="Europe/Zurich",
    currency="CHF",
    accent="#17586b",
    seller=Party(
        name="Haus Lindenhof",
        identifiers=(Identifier("7609999000010", "0088"),),
        vat_identifier="CHE-400.500.109 MWST",
        electronic_address=Identifier("7609999000010", "0088"),
        address=people.HOME,
        contact=Contact("Reto Hofer", "+41 44 000 14 14", "rechnungen@lindenhof.example"),
    ),
    members=people.MEMBERS,
    customers=people.CUSTOMERS,
    strangers=(people.STRANGER,),
    samples=SAMPLES,
    payment=PaymentInstruction(
        means_code="30", iban="CH4431999123000889012", account_name="Haus Lindenhof"
    ),
    terms={
        "de": "Zahlbar innert %(days)s Tagen, netto.",
        "en": "Payable within %(days)s days, net.",
        "nb": "Betales innen %(days)s dager, netto.",
    },
)
