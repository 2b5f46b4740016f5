"""The schemas of UBL documents that are no invoice, put together of `ubl_models`."""

from typing import Final

from lxml import etree

from app.documents.formats.ubl_models import MODELS

NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd"
COMMON: Final = {
    "ext": "CommonExtensionComponents",
    "cac": "CommonAggregateComponents",
    "cbc": "CommonBasicComponents",
}
"""Prefix → module of the common library."""

_XS: Final = "http://www.w3.org/2001/XMLSchema"
_OCCURS: Final = {
    "?": {"minOccurs": "0"},
    "*": {"minOccurs": "0", "maxOccurs": "unbounded"},
    "+": {"maxOccurs": "unbounded"},
}


def tag(name: str) -> str:
    """Return the qualified name of a document's root: `{urn:…:Quotation-2}Quotation`."""
    return f"{{{NAMESPACE}:{name}-2}}{name}"


def schema(name: str) -> bytes:
    """Return the XML schema of the document `name`, to be read beside `ubl-2.1/maindoc`."""
    own = f"{NAMESPACE}:{name}-2"
    prefixes = {prefix: f"{NAMESPACE}:{module}-2" for prefix, module in COMMON.items()}
    root = etree.Element(
        f"{{{_XS}}}schema",
        {"targetNamespace": own, "elementFormDefault": "qualified"},
        nsmap={"xs": _XS, **prefixes},
    )
    for prefix, module in COMMON.items():
        place = {"namespace": prefixes[prefix], "schemaLocation": f"../common/UBL-{module}-2.1.xsd"}
        etree.SubElement(root, f"{{{_XS}}}import", place)
    element = etree.SubElement(root, f"{{{_XS}}}element", {"name": name})
    sequence = etree.SubElement(
        etree.SubElement(element, f"{{{_XS}}}complexType"), f"{{{_XS}}}sequence"
    )
    for entry in MODELS[name].split():
        reference = entry.rstrip("?*+")
        occurs = _OCCURS.get(entry[len(reference) :], {})
        etree.SubElement(sequence, f"{{{_XS}}}element", {"ref": reference, **occurs})
    return bytes(etree.tostring(root))
