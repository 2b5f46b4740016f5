"""Haus Lindenhof: its staff, its residents with those who care for them, and its business customers."""

from typing import Final

from app.demo.cast import Contact, Customer, Member, Recipient
from app.documents.rules.party import Address
from app.organisations.rules import CustomerKind, MemberRole, RecipientRole
from app.organisations.rules.granting import Preset

HOME: Final = Address("Lindenhofstrasse 14", city="Zürich", postcode="8008", country="CH")

MEMBERS: Final = (
    Member("Barbara Wyss", "barbara.wyss@lindenhof.example", MemberRole.ADMINISTRATOR),
    Member("Reto Hofer", "reto.hofer@lindenhof.example", MemberRole.STAFF),
    Member("Claudia Meier", "claudia.meier@treuhand-meier.example", MemberRole.AUDITOR),
)

KELLER: Final = Customer(
    "1001",
    CustomerKind.PRIVATE,
    "Margrit Keller",
    "margrit.keller@post.example",
    HOME,
    "de",
    contacts=(
        Contact("Ruth Keller", "ruth.keller@bluemail.example"),
        Contact(
            "Daniel Keller",
            "daniel.keller@bluemail.example",
            preset=Preset.TAX_ADVISER,
            lasts=120,
        ),
    ),
    recipients=(
        Recipient(RecipientRole.RELATIVE, "Ruth Keller", "ruth.keller@bluemail.example"),
        Recipient(
            RecipientRole.RELATIVE,
            "Daniel Keller",
            "daniel.keller@bluemail.example",
            kinds=("invoice",),
        ),
    ),
)
BRUNNER: Final = Customer(
    "1002",
    CustomerKind.PRIVATE,
    "Hans Brunner",
    "unknown.brunner@post.example",
    HOME,
    "de",
    contacts=(Contact("Silvia Brunner", "silvia.brunner@bluemail.example"),),
)
FREI: Final = Customer(
    "1003",
    CustomerKind.PRIVATE,
    "Elisabeth Frei",
    "",
    HOME,
    "de",
    contacts=(Contact("Peter Amsler", "peter.amsler@beistandschaft.example"),),
    recipients=(
        Recipient(RecipientRole.GUARDIAN, "Peter Amsler", "peter.amsler@beistandschaft.example"),
    ),
)
ROSSI: Final = Customer(
    "1004",
    CustomerKind.PRIVATE,
    "Giuseppe Rossi",
    "giuseppe.rossi@post.example",
    HOME,
    "de",
    contacts=(Contact("Laura Rossi", "laura.rossi@thames.example", language="en"),),
    recipients=(
        Recipient(RecipientRole.RELATIVE, "Laura Rossi", "laura.rossi@thames.example", "en"),
    ),
)
SOLBERG: Final = Customer(
    "1005",
    CustomerKind.PRIVATE,
    "Ingrid Solberg",
    "ingrid.solberg@fjordmail.example",
    HOME,
    "nb",
    contacts=(Contact("Ingrid Solberg", "ingrid.solberg@fjordmail.example"),),
)
WHITFIELD: Final = Customer(
    "1006",
    CustomerKind.PRIVATE,
    "Robert Whitfield",
    "robert.whitfield@thames.example",
    HOME,
    "en",
    contacts=(Contact("Robert Whitfield", "robert.whitfield@thames.example"),),
)
ZUMSTEG: Final = Customer(
    "1007",
    CustomerKind.PRIVATE,
    "Heidi Zumsteg",
    "heidi.zumsteg@post.example",
    HOME,
    "de",
    contacts=(Contact("Heidi Zumsteg", "heidi.zumsteg@post.example"),),
    recipients=(
        Recipient(
            RecipientRole.INSURER,
            "Helvida Krankenversicherung AG",
            "leistungen@helvida.example",
            kinds=("invoice", "credit_note"),
        ),
    ),
)
HELVIDA: Final = Customer(
    "2001",
    CustomerKind.BUSINESS,
    "Helvida Krankenversicherung AG",
    "leistungen@helvida.example",
    Address("Effingerstrasse 77", city="Bern", postcode="3008", country="CH"),
    "de",
    vat_id="CHE-401.502.105 MWST",
    gln="7609999000027",
    endpoint="0088:7609999000027",
    contacts=(Contact("Nicole Gerber", "nicole.gerber@helvida.example"),),
)
GEMEINDE: Final = Customer(
    "2002",
    CustomerKind.BUSINESS,
    "Gemeinde Seewil, Sozialamt",
    "sozialamt@seewil.example",
    Address("Dorfplatz 1", city="Seewil", postcode="8799", country="CH"),
    "de",
    contacts=(Contact("Urs Egli", "urs.egli@seewil.example"),),
)
CAFE: Final = Customer(
    "2003",
    CustomerKind.BUSINESS,
    "Café Lindenblüte GmbH",
    "lost.cafe@lindenbluete.example",
    Address("Lindenhofstrasse 12", city="Zürich", postcode="8008", country="CH"),
    "de",
    vat_id="CHE-402.503.107 MWST",
    contacts=(Contact("Sandra Huber", "sandra.huber@lindenbluete.example"),),
)
STRANGER: Final = Customer(
    "1009",
    CustomerKind.PRIVATE,
    "Max Hürlimann",
    "max.huerlimann@post.example",
    HOME,
    "de",
)

CUSTOMERS: Final = (
    KELLER,
    BRUNNER,
    FREI,
    ROSSI,
    SOLBERG,
    WHITFIELD,
    ZUMSTEG,
    HELVIDA,
    GEMEINDE,
    CAFE,
)
