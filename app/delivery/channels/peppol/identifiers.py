"""The network's long names: of documents, processes, and of what comes back (docs.peppol.eu)."""

from typing import Final

CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
"""BT-24 of an invoice by BIS Billing 3."""
PROCESS: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""BT-23 of it, and the process of the network (scheme cenbii-procid-ubl)."""
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE: Final = f"{_UBL}Invoice-2::Invoice##{CUSTOMIZATION}::2.1"
"""Document type (scheme busdox-docid-qns)."""
CREDIT_NOTE: Final = f"{_UBL}CreditNote-2::CreditNote##{CUSTOMIZATION}::2.1"

LEVEL_STATUS: Final = "urn:peppol:edec:mls:1.0"
"""Message Level Status: from the receiver's access point."""
LEVEL_RESPONSE: Final = "urn:fdc:peppol.eu:poacc:trns:mlr:3"
"""Message Level Response, which it takes the place of (profile 36)."""
INVOICE_RESPONSE: Final = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
"""Invoice Response: from the recipient (profile 63)."""

_INVOICE_TYPES: Final = (
    "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875"
    " 876 877"
)
INVOICE_TYPES: Final = frozenset(_INVOICE_TYPES.split())
"""Type codes that an invoice may have: PEPPOL-EN16931-P0100; 326 and 384 in Germany only (P0112)."""
CREDIT_TYPES: Final = frozenset({"81", "83", "381", "396", "532"})
"""Those of a credit note: PEPPOL-EN16931-P0101."""
GERMAN_TYPES: Final = frozenset({"326", "384"})
