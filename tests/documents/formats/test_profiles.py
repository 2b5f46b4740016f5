"""Which schema and which rules belong to a document."""

import pytest

from app.documents.formats.examination import Syntax
from app.documents.formats.profiles import (
    CII_SCHEMA,
    CII_SCHEMAS,
    STYLESHEETS,
    UBL_SCHEMAS,
    Profile,
    folder,
    profile_of,
)


@pytest.mark.parametrize(
    ("specification", "profile"),
    [
        ("urn:cen.eu:en16931:2017", Profile.EN_16931),
        ("urn:factur-x.eu:1p0:minimum", Profile.MINIMUM),
        ("urn:zugferd.de:2p0:minimum", Profile.MINIMUM),
        ("urn:factur-x.eu:1p0:basicwl", Profile.BASIC_WL),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", Profile.BASIC),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", Profile.EXTENDED),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
            Profile.EN_16931,
        ),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", Profile.EN_16931),
        ("urn:example.org:own", Profile.UNKNOWN),
        ("", Profile.UNKNOWN),
    ],
)
def test_the_profile_of_a_cii_document_follows_from_its_specification(
    specification: str, profile: Profile
) -> None:
    assert profile_of(Syntax.CII, specification) is profile


def test_ubl_has_one_set_of_rules() -> None:
    assert profile_of(Syntax.UBL_CREDIT_NOTE, "anything") is Profile.UBL


def test_every_schema_and_stylesheet_is_installed() -> None:
    names = [*STYLESHEETS.values(), *UBL_SCHEMAS.values(), *CII_SCHEMAS.values(), CII_SCHEMA]
    assert [name for name in names if not (folder() / name).is_file()] == []


def test_the_installed_rules_are_of_the_version_that_was_measured() -> None:
    text = (folder() / STYLESHEETS[Profile.UBL]).read_text(encoding="utf-8")
    assert "Schematron version 1.3.16" in text
