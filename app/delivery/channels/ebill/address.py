"""How eBill knows a recipient: by its number of 17 digits, an e-mail address, or a company's UID."""

import re
from typing import Final

from stdnum.ch import uid

PARTICIPANT: Final = re.compile(r"[0-9]{17}")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_EMAIL: Final = 256


def asked_by(address: str) -> dict[str, str] | None:
    """Return an address in the words of the interface, under the one name that fits; None: none does."""
    typed = address.strip()
    squeezed = re.sub(r"[\s.\-]", "", typed).upper()
    if PARTICIPANT.fullmatch(squeezed):
        return {"billRecipientId": squeezed}
    if EMAIL.fullmatch(typed) and len(typed) <= LONGEST_EMAIL:
        return {"emailAddress": typed.lower()}
    if squeezed.startswith("CHE") and uid.is_valid(squeezed[:12]):
        return {"enterpriseIdentificationNumber": squeezed[:12]}
    return None
