"""Responses as the network sends them back: Message Level Status 1.0, Invoice Response 3.0 (UBL 2.1)."""

import secrets
from html import escape
from typing import Final

from app.core import clock

_OPEN: Final = (
    '<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
)
POINT: Final = ("POP000001", "0242")
"""Seat id of the receiver's access point, and its scheme."""


def level_status(document: str, code: str, reason: str = "", line: str = "") -> str:
    """Return a Message Level Status about an envelope; `reason` BV, BW, SV, FD explains a refusal."""
    lines = ""
    if reason:
        lines = (
            f"<cac:LineResponse><cac:LineReference><cbc:LineID>{escape(line or 'NA')}</cbc:LineID>"
            "</cac:LineReference><cac:Response><cbc:Description>[BR-CO-15] is broken</cbc:Description>"
            f"<cac:Status><cbc:StatusReasonCode>{reason}</cbc:StatusReasonCode></cac:Status>"
            "</cac:Response></cac:LineResponse>"
        )
    response = f"<cac:Response><cbc:ResponseCode>{code}</cbc:ResponseCode></cac:Response>"
    reference = (
        f"<cac:DocumentReference><cbc:ID>{escape(document)}</cbc:ID></cac:DocumentReference>"
    )
    return _whole(
        "urn:peppol:edec:mls:1.0", "urn:peppol:edec:mls", POINT, response + reference + lines
    )


def invoice_response(
    number: str, code: str, reason: str = "", sender: str = "0192:810418052", action: str = ""
) -> str:
    """Return an Invoice Response of a recipient; `reason` and `action` by their lists of Peppol."""
    given = (("OPStatusReason", reason), ("OPStatusAction", action))
    statuses = "".join(
        f'<cac:Status><cbc:StatusReasonCode listID="{name}">{word}</cbc:StatusReasonCode>'
        + (_CONDITION if word in ("REF", "PRI") else "")
        + "</cac:Status>"
        for name, word in given
        if word
    )
    response = (
        f'<cac:Response><cbc:ResponseCode listID="UNCL4343OpSubset">{code}</cbc:ResponseCode>'
        f"<cbc:EffectiveDate>{clock.now().date().isoformat()}</cbc:EffectiveDate>{statuses}"
        "</cac:Response>"
    )
    reference = (
        f"<cac:DocumentReference><cbc:ID>{escape(number)}</cbc:ID>"
        "<cbc:DocumentTypeCode>380</cbc:DocumentTypeCode></cac:DocumentReference>"
    )
    scheme, _colon, value = sender.partition(":")
    body = response + reference
    customization = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
    profile = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"
    return _whole(customization, profile, (value, scheme), body)


_CONDITION: Final = (
    "<cbc:StatusReason>VAT Reference not found</cbc:StatusReason>"
    "<cac:Condition><cbc:AttributeID>BT-48</cbc:AttributeID>"
    "<cbc:Description>EU123456789</cbc:Description></cac:Condition>"
)


def _whole(customization: str, profile: str, sender: tuple[str, str], body: str) -> str:
    now = clock.now()
    return (
        f"{_OPEN}<cbc:CustomizationID>{customization}</cbc:CustomizationID>"
        f"<cbc:ProfileID>{profile}</cbc:ProfileID><cbc:ID>{secrets.token_hex(8)}</cbc:ID>"
        f"<cbc:IssueDate>{now.date().isoformat()}</cbc:IssueDate>"
        f"<cbc:IssueTime>{now.time().isoformat('seconds')}Z</cbc:IssueTime>"
        f'<cac:SenderParty><cbc:EndpointID schemeID="{escape(sender[1])}">{escape(sender[0])}'
        "</cbc:EndpointID></cac:SenderParty>"
        '<cac:ReceiverParty><cbc:EndpointID schemeID="0088">7300010000001</cbc:EndpointID>'
        f"</cac:ReceiverParty><cac:DocumentResponse>{body}</cac:DocumentResponse>"
        "</ApplicationResponse>"
    )
