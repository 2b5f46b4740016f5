"""The models of UBL's documents are those of OASIS' schemas, where these are at hand."""

from typing import Any

import pytest
from lxml import etree

from app.documents.formats.ubl_models import MODELS
from app.documents.formats.ubl_schema import schema, tag
from tests import corpus

XS = "{http://www.w3.org/2001/XMLSchema}"
OASIS = corpus.ROOT / "oasis-ubl" / "xsd" / "maindoc"


def model(root: Any) -> list[tuple[str, str, str]]:
    return [
        (entry.get("ref"), entry.get("minOccurs", "1"), entry.get("maxOccurs", "1"))
        for entry in root.iter(f"{XS}element")
        if entry.get("ref")
    ]


@pytest.mark.skipif(not OASIS.is_dir(), reason="OASIS' schemas are not here (KONTOR_CORPUS)")
@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_element_stands_where_oasis_puts_it(name: str) -> None:
    theirs = etree.parse(OASIS / f"UBL-{name}-2.1.xsd").getroot()
    ours = etree.fromstring(schema(name))
    assert model(ours) == model(theirs) != []
    assert ours.get("targetNamespace") == theirs.get("targetNamespace")
    assert tag(name) == f"{{{theirs.get('targetNamespace')}}}{name}"
