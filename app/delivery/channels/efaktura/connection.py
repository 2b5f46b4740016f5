"""How an organisation bills insurers, and what is known of a patient: read from what was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.core.languages import N_
from app.delivery.channels.efaktura.facts import Case, Company, Law, Patient, Postal, Tiers, Version
from app.organisations.models import Customer, Recipient
from app.organisations.rules.identifiers import Unsound, gln

FOLDER: Final = "folder"
SFTP: Final = "sftp"
"""The two ways to an intermediary."""
DEFAULT_TARIFF: Final = "999"
"""Services without a tariff."""
MAPPING: Final = re.compile(r"(\S+)\s+([0-9A-Z]{3})(?:\s+(\S{1,30}))?")
"""A line of the mapping: item, tariff type, and its code, where it is not the item's."""
CANTONS: Final = (
    *("AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW"),
    *("SG", "SH", "SO", "SZ", "TI", "TG", "UR", "VD", "VS", "ZG", "ZH", "LI", "A", "D", "F", "I"),
)
REASON_NAMES: Final = {
    "disease": N_("Disease"),
    "accident": N_("Accident"),
    "maternity": N_("Maternity"),
    "prevention": N_("Prevention"),
    "birthdefect": N_("Birth defect"),
    "unknown": N_("Unknown"),
}
GENDER_NAMES: Final = {
    "female": N_("Female"),
    "male": N_("Male"),
    "diverse": N_("Diverse"),
}
FIELD_NAMES: Final = {
    "given_name": N_("First name"),
    "family_name": N_("Family name"),
    "born_on": N_("Day of birth"),
    "gender": N_("Gender"),
    "sex": N_("Sex in the insurer’s register"),
    "insurance_number": N_("Social security number (AHV)"),
    "street": N_("Street and number"),
    "postcode": N_("Postcode"),
    "city": N_("City"),
    "insurer_street": N_("Insurer: street and number"),
    "insurer_postcode": N_("Insurer: postcode"),
    "insurer_city": N_("Insurer: city"),
    "law": N_("Insurance act"),
    "tiers": N_("Who is billed"),
    "insured_number": N_("Insured person’s number"),
    "card_number": N_("Number of the insurance card"),
    "case_number": N_("Case number"),
    "case_date": N_("Day of the case"),
    "reason": N_("Reason of the treatment"),
    "canton": N_("Canton of the treatment"),
    "is_stationary": N_("Inpatient treatment"),
    "version": N_("Version of the format"),
    "host": N_("Host"),
    "username": N_("User name"),
    "fingerprints": N_("Fingerprint of the host key"),
    "folder": N_("Folder"),
    "biller_gln": N_("GLN of the biller"),
    "role": N_("Role"),
    "place": N_("Place"),
    "bank_name": N_("Bank"),
    "bank_postcode": N_("Postcode of the bank"),
    "bank_city": N_("City of the bank"),
}
"""Field of a form → its name as a msgid."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a line is to an insurer; without a code of its own it has the item's."""

    type: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """What an administrator entered."""

    version: Version
    biller_gln: str
    biller_zsr: str
    provider_gln: str
    provider_zsr: str
    via: str
    role: str
    place: str
    canton: str
    law: Law
    tiers: Tiers
    bank: Company | None
    tariff: Tariff
    tariffs: Mapping[str, Tariff]
    allows_changes: bool


def lacks(values: Mapping[str, Any]) -> list[str]:
    """Return the names of fields without which nothing can be billed."""
    needed = ["version", "biller_gln", "role", "place", "canton", "law", "tiers"]
    is_far = values.get("way") == SFTP
    needed += ["host", "username", "fingerprints"] if is_far else ["folder"]
    if values.get("version") == Version.V450:
        needed += ["bank_name", "bank_postcode", "bank_city"]
    return [name for name in needed if not values.get(name)]


def connection(values: Mapping[str, Any]) -> Connection:
    """Return what an administrator entered, of which nothing is lacking."""
    biller = str(values["biller_gln"])
    bank = Postal("", values.get("bank_postcode", ""), values.get("bank_city", ""))
    zsr = str(values.get("biller_zsr") or "")
    return Connection(
        version=Version(values["version"]),
        biller_gln=biller,
        biller_zsr=zsr,
        provider_gln=str(values.get("provider_gln") or biller),
        provider_zsr=str(values.get("provider_zsr") or zsr),
        via=str(values.get("via") or ""),
        role=str(values["role"]),
        place=str(values["place"]),
        canton=str(values["canton"]),
        law=Law(values["law"]),
        tiers=Tiers(values["tiers"]),
        bank=Company(str(values["bank_name"]), bank) if values.get("bank_name") else None,
        tariff=Tariff(
            str(values.get("tariff_type") or DEFAULT_TARIFF), str(values.get("tariff_code") or "")
        ),
        tariffs=tariffs(str(values.get("tariffs") or "")),
        allows_changes=bool(values.get("allows_changes", True)),
    )


def tariffs(typed: str) -> dict[str, Tariff]:
    """Return item (an asterisk at its end: all that begin so) → tariff; raises `ValueError`."""
    found = {}
    for line in filter(None, (one.strip() for one in typed.splitlines())):
        read = MAPPING.fullmatch(line)
        if read is None:
            raise ValueError(line)
        found[read[1]] = Tariff(read[2], read[3] or "")
    return found


def tariff_of(there: Connection, item: str) -> Tariff:
    """Return the tariff of an item: its own, else that of the longest beginning, else the usual."""
    if item in there.tariffs:
        return there.tariffs[item]
    starts = [one[:-1] for one in there.tariffs if one.endswith("*") and item.startswith(one[:-1])]
    return there.tariffs[max(starts, key=len) + "*"] if starts else there.tariff


def untold(recipient: Recipient, customer: Customer, there: Connection) -> list[str]:
    """Return the names of fields that are lacking of a patient; of what the version and the law ask."""
    known = told(recipient, customer, there)
    needed = ["given_name", "family_name", "born_on", "gender", "reason", "canton"]
    needed += ["postcode", "city", "insurer_postcode", "insurer_city"]
    if known["gender"] == "diverse":
        needed.append("sex")
    if there.version is Version.V500 or known["law"] in (Law.IVG, Law.MVG):
        needed.append("insurance_number")
    if known["law"] == Law.IVG:
        needed.append("case_number")
    return [name for name in needed if not known[name]]


def told(recipient: Recipient, customer: Customer, there: Connection) -> dict[str, Any]:
    """Return what is known of a patient: typed for the insurer, else the customer's, else the house's."""
    usual = {
        "street": customer.street,
        "postcode": customer.postcode,
        "city": customer.city,
        "law": there.law.value,
        "tiers": there.tiers.value,
        "canton": there.canton,
        "country": customer.country or "CH",
    }
    theirs = recipient.postal or {}
    usual |= {f"insurer_{name}": theirs.get(name, "") for name in ("street", "postcode", "city")}
    typed = {name: value for name, value in recipient.particulars.items() if value}
    return dict.fromkeys(FIELD_NAMES, "") | usual | typed


def patient(known: Mapping[str, Any]) -> Patient:
    """Return the patient of whom nothing is lacking."""
    postal = Postal(known["street"], known["postcode"], known["city"], known["country"])
    gender = str(known["gender"])
    return Patient(
        family_name=known["family_name"],
        given_name=known["given_name"],
        postal=postal,
        born_on=date.fromisoformat(known["born_on"]),
        gender=gender,
        sex=str(known["sex"] or gender),
        insurance_number=re.sub(r"\D", "", str(known["insurance_number"])),
    )


def case(known: Mapping[str, Any]) -> Case:
    """Return what the insurer knows the treatment by."""
    day = str(known["case_date"])
    return Case(
        law=Law(known["law"]),
        tiers=Tiers(known["tiers"]),
        reason=known["reason"],
        canton=known["canton"],
        is_stationary=bool(known["is_stationary"]),
        insured_number=known["insured_number"],
        card_number=known["card_number"],
        case_number=known["case_number"],
        case_date=date.fromisoformat(day) if day else None,
    )


def insurer(known: Mapping[str, Any], name: str) -> Company:
    """Return the insurer."""
    places = (known["insurer_street"], known["insurer_postcode"], known["insurer_city"])
    return Company(name, Postal(*places))


def is_gln(number: str) -> bool:
    """Say whether a number is a GLN with a right check digit."""
    try:
        gln(number)
    except Unsound:
        return False
    return True
