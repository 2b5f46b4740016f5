"""Sjöberg Redovisning AB, an accountant in Göteborg: its people, its clients, a year of invoices."""

from typing import Final

from app.demo.cast import Contact, Customer, Enclosure, House, Member, Position, Sample, Vat, each
from app.documents.rules.einvoice import PaymentInstruction
from app.documents.rules.party import Address, Identifier, Party
from app.documents.rules.party import Contact as Reachable
from app.organisations.rules import CustomerKind, MemberRole

FULL: Final = Vat("S", each("25"))
BOOKS: Final = Vat("S", each("6"))
ABROAD_IN_EU: Final = Vat(
    "AE", each("0"), "Reverse charge, Article 196 Directive 2006/112/EC", "VATEX-EU-AE"
)
ABROAD: Final = Vat(
    "G", each("0"), "Tjeneste til kunde utenfor EU, svensk mva. ikke beregnet", "VATEX-EU-G"
)

MEMBERS: Final = (
    Member("Karin Sjöberg", "karin.sjoberg@sjoberg.example", MemberRole.ADMINISTRATOR),
    Member("Oskar Nyman", "oskar.nyman@sjoberg.example", MemberRole.STAFF),
    Member("Birgitta Falk", "birgitta.falk@falkrevision.example", MemberRole.AUDITOR),
)
CUSTOMERS: Final = (
    Customer(
        "501",
        CustomerKind.BUSINESS,
        "Kustens Fisk AB",
        "faktura@kustensfisk.example",
        Address("Fiskhamnsgatan 8", city="Göteborg", postcode="414 58", country="SE"),
        "sv",
        vat_id="SE559902002001",
        endpoint="0007:5599020020",
        contacts=(Contact("Johan Ekström", "johan.ekstrom@kustensfisk.example"),),
    ),
    Customer(
        "502",
        CustomerKind.BUSINESS,
        "Café Linné HB",
        "ekonomi@cafelinne.example",
        Address("Linnégatan 31", city="Göteborg", postcode="413 04", country="SE"),
        "sv",
        vat_id="SE559903003701",
        contacts=(Contact("Maja Lind", "maja.lind@cafelinne.example"),),
    ),
    Customer(
        "503",
        CustomerKind.PRIVATE,
        "Anna Lindqvist",
        "anna.lindqvist@hemmet.example",
        Address("Storgatan 12", city="Mölndal", postcode="431 30", country="SE"),
        "sv",
        contacts=(Contact("Anna Lindqvist", "anna.lindqvist@hemmet.example"),),
    ),
    Customer(
        "504",
        CustomerKind.BUSINESS,
        "Västra Hamnens Bygg AB",
        "full.faktura@vhbygg.example",
        Address("Lundbyvägen 4", city="Göteborg", postcode="417 55", country="SE"),
        "sv",
        vat_id="SE559904004401",
        contacts=(Contact("Mikael Strand", "mikael.strand@vhbygg.example"),),
    ),
    Customer(
        "505",
        CustomerKind.BUSINESS,
        "Fjordlys AS",
        "faktura@fjordlys.example",
        Address("Strandgata 22", city="Oslo", postcode="0250", country="NO"),
        "nb",
        vat_id="NO999910017MVA",
        endpoint="0192:999910017",
        contacts=(Contact("Kari Nordmo", "kari.nordmo@fjordlys.example"),),
    ),
    Customer(
        "506",
        CustomerKind.BUSINESS,
        "Harbour Light Ltd",
        "accounts@harbourlight.example",
        Address("14 Quay Street", city="Galway", postcode="H91 K0X1", country="IE"),
        "en",
        vat_id="IE9999111M",
        contacts=(Contact("Aoife Brennan", "aoife.brennan@harbourlight.example"),),
    ),
    Customer(
        "507",
        CustomerKind.PRIVATE,
        "Bengt Åkesson",
        "unknown.akesson@hemmet.example",
        Address("Björkvägen 3", city="Kungälv", postcode="442 31", country="SE"),
        "sv",
        contacts=(Contact("Bengt Åkesson", "bengt.akesson@brevbox.example"),),
    ),
    Customer(
        "508",
        CustomerKind.BUSINESS,
        "Teater Norrsken ekonomisk förening",
        "kansli@norrsken.example",
        Address("Järntorget 6", city="Göteborg", postcode="413 01", country="SE"),
        "sv",
        vat_id="SE559905005001",
        contacts=(
            Contact("Lovisa Hallberg", "lovisa.hallberg@norrsken.example"),
            Contact("James Porter", "james.porter@norrsken.example", language="en"),
        ),
    ),
)
STRANGER: Final = Customer(
    "512",
    CustomerKind.PRIVATE,
    "Elsa Wikström",
    "elsa.wikstrom@hemmet.example",
    Address("Ängsgatan 9", city="Partille", postcode="433 32", country="SE"),
    "sv",
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
    Sample("24077", "502", 149, (HANDBOOK,), credits="24074", note="Böckerna är slut på förlaget."),
    Sample("24086", "504", 125, (BOOKKEEPING, ADVICE), is_paid=True, covers_month=True),
    Sample("24094", "508", 54, (COURSE, HANDBOOK)),
    Sample("24101", "501", 23, (BOOKKEEPING, SALARIES), covers_month=True),
    Sample("24103", "504", 13, (BOOKKEEPING, SALARIES), covers_month=True),
    Sample("24104", "502", 12, (BOOKKEEPING, ADVICE), covers_month=True, corrected=(BOOKKEEPING,)),
    Sample("24105", "505", 8, NORWEGIAN, covers_month=True),
    Sample("24106", "506", 7, ENGLISH[1:], order="HL-131"),
    Sample("24107", "507", 6, (RETURN, HANDBOOK), terms=20),
    Sample("24108", "501", 5, (ADVICE,), enclosure=HOURS),
    Sample("24109", "508", 4, (ADVICE,), mistake=each("-0.75")),
    Sample("24110", "512", 2, (RETURN,), terms=20),
    Sample("24111", "504", 1, (SALARIES,), covers_month=True),
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
        contact=Reachable("Oskar Nyman", "+46 31 000 40 40", "faktura@sjoberg.example"),
    ),
    members=MEMBERS,
    customers=CUSTOMERS,
    strangers=(STRANGER,),
    samples=SAMPLES,
    payment=PaymentInstruction(means_code="30", iban="SE4550000000058398257466", bic="ESSESESS"),
    terms={
        "sv": "%(days)s dagar netto. Efter förfallodagen debiteras dröjsmålsränta enligt räntelagen.",
        "nb": "%(days)s dager netto. Etter forfall beregnes forsinkelsesrente.",
        "en": "%(days)s days net. Interest is charged on late payment.",
    },
)
