"""The parties of an e-invoice, named as in EN 16931: seller, buyer, payee, tax representative."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and the scheme it is issued in (ISO 6523 ICD, EAS, UNTDID 1153 or 7143)."""

    value: str = ""
    scheme: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5, BG-8, BG-12, BG-15, a postal address.

    Lines BT-35/50/64/75, BT-36/51/65/76, BT-162/163/164/165; city BT-37/52/66/77; postcode
    BT-38/53/67/78; subdivision BT-39/54/68/79; country BT-40/55/69/80 (ISO 3166-1 alpha-2).
    """

    line_1: str = ""
    line_2: str = ""
    line_3: str = ""
    city: str = ""
    postcode: str = ""
    subdivision: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6, BG-9: name BT-41/56, telephone BT-42/57, email BT-43/58."""

    name: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4 seller, BG-7 buyer, BG-10 payee, BG-11 seller's tax representative.

    name BT-27/44/59/62; trading_name BT-28/45; identifiers BT-29/46/60; legal_identifier
    BT-30/47/61; vat_identifier BT-31/48/63; tax_registration BT-32; legal_information BT-33;
    electronic_address BT-34/49 with its EAS scheme; address BG-5/8/12; contact BG-6/9.
    """

    name: str = ""
    trading_name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    legal_identifier: Identifier | None = None
    vat_identifier: str = ""
    tax_registration: str = ""
    legal_information: str = ""
    electronic_address: Identifier | None = None
    address: Address | None = None
    contact: Contact | None = None
