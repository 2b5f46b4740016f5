"""Brandt Maschinenbau GmbH: its staff and its customers at home and abroad."""

from typing import Final

from app.demo.cast import Contact, Customer, Member, Recipient
from app.documents.rules.party import Address
from app.organisations.rules import CustomerKind, MemberRole, RecipientRole

MEMBERS: Final = (
    Member("Sabine Brandt", "sabine.brandt@brandt-maschinen.example", MemberRole.ADMINISTRATOR),
    Member("Jens Kowalski", "jens.kowalski@brandt-maschinen.example", MemberRole.STAFF),
    Member("Thomas Vogel", "thomas.vogel@vogel-pruefung.example", MemberRole.AUDITOR),
)
CUSTOMERS: Final = (
    Customer(
        "70001",
        CustomerKind.BUSINESS,
        "Ruhrtal Anlagenbau GmbH",
        "rechnungen@ruhrtal.example",
        Address("Ruhrallee 55", city="Essen", postcode="45138", country="DE"),
        "de",
        vat_id="DE999902006",
        endpoint="9930:DE999902006",
        contacts=(Contact("Monika Schulte", "monika.schulte@ruhrtal.example"),),
        recipients=(Recipient(RecipientRole.PERSON, "Einkauf Ruhrtal", "einkauf@ruhrtal.example"),),
    ),
    Customer(
        "70002",
        CustomerKind.BUSINESS,
        "Alpen Fördertechnik GmbH",
        "buchhaltung@alpenfoerder.example",
        Address("Salzburger Straße 120", city="Linz", postcode="4020", country="AT"),
        "de",
        vat_id="ATU99991009",
        endpoint="9914:ATU99991009",
        contacts=(Contact("Georg Huemer", "georg.huemer@alpenfoerder.example"),),
    ),
    Customer(
        "70003",
        CustomerKind.BUSINESS,
        "Fjellmek AS",
        "faktura@fjellmek.example",
        Address("Verkstedveien 7", city="Bergen", postcode="5036", country="NO"),
        "nb",
        vat_id="NO999920020MVA",
        endpoint="0192:999920020",
        contacts=(Contact("Håkon Berge", "hakon.berge@fjellmek.example"),),
    ),
    Customer(
        "70004",
        CustomerKind.BUSINESS,
        "Carrick Precision Ltd",
        "accounts@carrick.example",
        Address("Unit 6, Mill Road", city="Cork", postcode="T12 XY45", country="IE"),
        "en",
        vat_id="IE9999222V",
        contacts=(Contact("Niamh Doyle", "niamh.doyle@carrick.example"),),
    ),
    Customer(
        "70005",
        CustomerKind.BUSINESS,
        "Norrlands Verkstad AB",
        "faktura@norrverk.example",
        Address("Industrigatan 15", city="Umeå", postcode="903 30", country="SE"),
        "sv",
        vat_id="SE559906006701",
        contacts=(Contact("Erik Sandberg", "erik.sandberg@norrverk.example"),),
    ),
    Customer(
        "70006",
        CustomerKind.BUSINESS,
        "Schreinerei Hohmann e. K.",
        "lost.post@hohmann-holz.example",
        Address("Am Sägewerk 2", city="Unna", postcode="59423", country="DE"),
        "de",
        vat_id="DE999903009",
        contacts=(Contact("Frank Hohmann", "frank.hohmann@hohmann-holz.example"),),
    ),
    Customer(
        "70007",
        CustomerKind.PRIVATE,
        "Klaus Petersen",
        "klaus.petersen@werkbank.example",
        Address("Gartenweg 11", city="Hagen", postcode="58095", country="DE"),
        "de",
        contacts=(Contact("Klaus Petersen", "klaus.petersen@werkbank.example"),),
    ),
    Customer(
        "70008",
        CustomerKind.BUSINESS,
        "Stadtwerke Lennetal",
        "unknown.eingang@lennetal.example",
        Address("Talstraße 90", city="Altena", postcode="58762", country="DE"),
        "de",
        vat_id="DE999940000",
        contacts=(Contact("Petra Löhr", "petra.loehr@lennetal.example"),),
    ),
)
STRANGER: Final = Customer(
    "70012",
    CustomerKind.BUSINESS,
    "Metallbau Kröger GmbH",
    "rechnung@kroeger-metall.example",
    Address("Hafenstraße 31", city="Duisburg", postcode="47119", country="DE"),
    "de",
    vat_id="DE999950005",
)
