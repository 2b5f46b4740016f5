"""Sjöberg Redovisning AB: its staff and its clients in Sweden and around it."""

from typing import Final

from app.demo.cast import Contact, Customer, Member
from app.documents.rules.party import Address
from app.organisations.rules import CustomerKind, MemberRole

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
