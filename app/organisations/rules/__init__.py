"""Pure decisions about customers and recipients; the words for their kinds."""

import re
from collections.abc import Sequence
from enum import StrEnum

from app.core.languages import N_


class MemberRole(StrEnum):
    """What a member may do, see `app.access.grants`."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    AUDITOR = "auditor"


class CustomerKind(StrEnum):
    """Policies on step-up and attachments look at it."""

    PRIVATE = "private"
    BUSINESS = "business"


class RecipientRole(StrEnum):
    """Whom a customer's documents go to (B2-25)."""

    PERSON = "person"
    RELATIVE = "relative"
    GUARDIAN = "guardian"
    INSURER = "insurer"


class Channel(StrEnum):
    """The ways a document travels."""

    EMAIL = "email"
    PORTAL = "portal"
    PRINT = "print"
    """A print centre that prints and posts."""
    EBILL = "ebill"
    """Swiss eBill: into the recipient's e-banking."""
    EFAKTURA = "efaktura"
    """Electronic invoices to health insurers (forum-datenaustausch.ch)."""
    PEPPOL = "peppol"


class Asked(StrEnum):
    """Whether an organisation asks for something of who accepts a quote."""

    NEVER = "never"
    OPTIONAL = "optional"
    REQUIRED = "required"


MEMBER_ROLE_NAMES = {
    MemberRole.ADMINISTRATOR: N_("Administrator"),
    MemberRole.STAFF: N_("Staff"),
    MemberRole.AUDITOR: N_("Auditor"),
}
CUSTOMER_KIND_NAMES = {
    CustomerKind.PRIVATE: N_("Private customer"),
    CustomerKind.BUSINESS: N_("Business customer"),
}
RECIPIENT_ROLE_NAMES = {
    RecipientRole.PERSON: N_("The customer"),
    RecipientRole.RELATIVE: N_("Relative"),
    RecipientRole.GUARDIAN: N_("Guardian"),
    RecipientRole.INSURER: N_("Insurer"),
}
ASKED_NAMES = {
    Asked.NEVER: N_("Do not ask"),
    Asked.OPTIONAL: N_("Ask, may be left empty"),
    Asked.REQUIRED: N_("Ask, must be filled in"),
}
CHANNEL_NAMES = {
    Channel.EMAIL: N_("E-mail"),
    Channel.PORTAL: N_("Portal only"),
    Channel.PRINT: N_("Print centre"),
    Channel.EBILL: N_("eBill"),
    Channel.EFAKTURA: N_("eFaktura (health insurers)"),
    Channel.PEPPOL: N_("Peppol"),
}

ACCENT = re.compile(r"#[0-9a-f]{6}")


def takes(kinds: Sequence[str], kind: str) -> bool:
    """Say whether a recipient gets documents of `kind`; an empty list means all kinds (B2-25)."""
    return not kinds or kind in kinds


def identifier(value: str | None) -> str | None:
    """Return an identifier (VAT id, GLN) as it is compared: no blanks or dots, upper case."""
    found = re.sub(r"[\s.\-/]", "", value or "").upper()
    return found or None


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str, ratio: float = 4.5) -> str:
    """Return `colour`, moved towards ink or light until it stands out from `paper` by `ratio`."""
    target = "#000000" if luminance(paper) > 0.2 else "#ffffff"
    for step in range(21):
        mixed = mix(colour, target, step / 20)
        if contrast(mixed, paper) >= ratio:
            return mixed
    return target


def mix(colour: str, other: str, share: float) -> str:
    """Return the colour that lies `share` (0 to 1) of the way from one to the other."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on `colour`."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, colour))


MOST_BELOW = 50
"""Customers below a main customer: each is a list of its own wherever documents are listed."""
