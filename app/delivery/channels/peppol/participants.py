"""Who somebody is in the Peppol network: `scheme:value`, like 0192:987654325 (ISO 6523, EAS)."""

import re
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from stdnum import ean
from stdnum.be import vat as be_number
from stdnum.ch import uid as ch_number
from stdnum.no import orgnr as no_number
from stdnum.se import orgnr as se_number

_SCHEMES: Final = (
    "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183"
    " 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209"
    " 0210 0211 0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246"
    " 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932"
    " 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951"
    " 9952 9953 9957 9959"
)
SCHEMES: Final = frozenset(_SCHEMES.split())
"""The ICDs among the schemes of electronic addresses: BR-CL-25 of the official rules 1.3.16."""

PREFIX: Final = "iso6523-actorid-upis::"
"""How the network writes it out in full."""
_VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~\-]{0,49}")
_CHECKED: Final[dict[str, ModuleType]] = {
    "0007": se_number,
    "0088": ean,
    "0183": ch_number,
    "0192": no_number,
    "0208": be_number,
}
"""Schemes whose values have a check digit that we know: SE, GLN, CH, NO, BE."""
_GLN: Final = "0088"
_GLN_LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class Participant:
    """One participant of the network."""

    scheme: str
    """Four digits (ICD)."""
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def participant(typed: str) -> Participant | None:
    """Return the participant that was typed; None where it is none that could exist."""
    named = "".join(typed.split())
    if named.lower().startswith(PREFIX):
        named = named[len(PREFIX) :]
    scheme, _colon, value = named.partition(":")
    if scheme not in SCHEMES or not _VALUE.fullmatch(value):
        return None
    if scheme == _GLN and len(value) != _GLN_LENGTH:
        return None
    check = _CHECKED.get(scheme)
    return Participant(scheme, value) if check is None or check.is_valid(value) else None
