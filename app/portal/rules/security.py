"""How safely customers reach their documents: what a choice means, where it is weak, what is seen with it.

Nothing is decided here: what is asked of whom says `access.proof.Demand`, the same that the door asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.access.proof import Demand, Level, Method, Need
from app.core.languages import N_
from app.organisations.rules import CustomerKind
from app.organisations.rules.portal import MailedFiles, Ways, are_mailed

IDLE_MINUTES: Final = (5, 240)
"""The shortest and the longest time that a proof may outlast doing nothing (PY-09)."""

LINK_DAYS: Final = (1, 120)
"""The fewest and the most days that a link stays open after the due date (UX-02)."""

LONG_LINK: Final = 60
"""Days beyond which a link counts as long."""
LONG_IDLE: Final = 60
"""Minutes beyond which an unattended browser counts as a risk."""

LEVEL_NAMES: Final = {
    Level.NEVER: N_("Never"),
    Level.EVERY_PAGE: N_("For every page"),
    Level.SENSITIVE: N_("For files"),
    Level.SENSITIVE_PRIVATE: N_("For files, of private customers only"),
    Level.CLOSED: N_("Files are never shown"),
}
LEVEL_EFFECTS: Final = {
    Level.NEVER: N_("A link or an account is enough for everything."),
    Level.EVERY_PAGE: N_("Before they prove who they are, customers see nothing at all."),
    Level.SENSITIVE: N_(
        "Pages are open. PDF, XML, attachments and pictures of them are shown after the proof."
    ),
    Level.SENSITIVE_PRIVATE: N_(
        "Private customers prove who they are before they see files. Businesses see them at once."
    ),
    Level.CLOSED: N_("Pages are open. Nobody sees PDF, XML or attachments, whatever they prove."),
}
METHOD_NAMES: Final = {
    Method.SMS: N_("Code by text message"),
    Method.ADDRESS: N_("Postcode and house number"),
}
METHOD_EFFECTS: Final = {
    Method.SMS: N_("A code of six digits is sent to the customer’s mobile number. Recommended."),
    Method.ADDRESS: N_("Weak: whoever knows where a customer lives can answer it."),
}
MISSING: Final = {
    Method.ADDRESS: N_("No postcode, or no house number in the street"),
    Method.SMS: N_("No mobile number"),
}
"""Method → why a customer cannot prove anything by it."""
NEED_NAMES: Final = {
    Need.NOTHING: ("good", N_("visible")),
    Need.PROOF: ("waiting", N_("after the proof")),
    Need.CLOSED: ("failed", N_("never")),
}
"""Tone and word for what stands between somebody and a thing."""
FILES_NAMES: Final = {
    MailedFiles.EXCLUDE: N_("Only the link"),
    MailedFiles.INCLUDE: N_("The link and the files"),
    MailedFiles.EXCLUDE_PRIVATE: N_("The link, and the files for businesses"),
}
FILES_EFFECTS: Final = {
    MailedFiles.EXCLUDE: N_("Mails lead to the document and carry nothing."),
    MailedFiles.INCLUDE: N_(
        "PDF, XML and attachments are in the mail. Whoever reads the mail has them."
    ),
    MailedFiles.EXCLUDE_PRIVATE: N_(
        "Private customers get the link, businesses get the files too."
    ),
}


class Weakness(StrEnum):
    """Why a choice is weak, or does not do what it says."""

    OPEN_LINK = "open_link"
    NOBODY = "nobody"
    NO_GATEWAY = "no_gateway"
    NO_MOBILE = "no_mobile"
    ADDRESS_ONLY = "address_only"
    WEAK_SECOND = "weak_second"
    FILES_GO_ROUND = "files_go_round"
    LONG_LINK = "long_link"
    LONG_IDLE = "long_idle"
    MEMBERS_LACK_FACTOR = "members_lack_factor"
    CONTACTS_LACK_FACTOR = "contacts_lack_factor"


WEAKNESSES: Final = {
    Weakness.OPEN_LINK: N_("Whoever has a secret link sees everything, without any proof."),
    Weakness.NOBODY: N_(
        "No customer can prove anything with this choice: what asks for it stays closed to all."
    ),
    Weakness.NO_GATEWAY: N_("No text messages can be sent yet: set up a gateway first."),
    Weakness.NO_MOBILE: N_("No customer has a mobile number: nobody would get a code."),
    Weakness.ADDRESS_ONLY: N_(
        "Postcode and house number stand on every envelope. They confirm, they do not protect."
    ),
    Weakness.WEAK_SECOND: N_(
        "Where no code can be sent, postcode and house number are enough: that is the weaker of both."
    ),
    Weakness.FILES_GO_ROUND: N_(
        "Mails carry the very files that are held back here: they go round the proof."
    ),
    Weakness.LONG_LINK: N_(
        "Links stay open for a long time. Whoever finds one later comes in by it."
    ),
    Weakness.LONG_IDLE: N_(
        "A proof outlasts more than an hour of doing nothing, also in a browser that was left open."
    ),
    Weakness.MEMBERS_LACK_FACTOR: N_(
        "Some who work here have no second factor yet. They set one up before they can go on."
    ),
    Weakness.CONTACTS_LACK_FACTOR: N_(
        "Some of your customers’ people have no second factor yet. They set one up before they can go on."
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What an organisation chooses, saved or only typed."""

    level: Level
    primary: Method
    secondary: Method | None
    idle_minutes: int
    files: MailedFiles
    link_days: int
    members_need_factor: bool
    contacts_need_factor: bool

    @property
    def methods(self) -> frozenset[Method]:
        """All methods that may be offered."""
        return frozenset({self.primary} | ({self.secondary} if self.secondary else set()))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a choice meets: all that decides whether it works."""

    ways: Ways
    can_text: bool
    has_mobile: bool
    """Whether any customer has a mobile number."""
    has_address: bool
    """Whether any customer has a usable address."""
    members_lack_factor: bool = False
    contacts_lack_factor: bool = False

    @property
    def usable(self) -> frozenset[Method]:
        """The methods by which anybody at all could prove anything."""
        found = {Method.SMS} if self.can_text and self.has_mobile else set()
        return frozenset(found | ({Method.ADDRESS} if self.has_address else set()))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a customer of one kind sees: of pages and of files, before and after the proof."""

    kind: CustomerKind
    page: Need
    page_proven: Need
    files: Need
    files_proven: Need
    are_mailed: bool


def sights(choice: Choice) -> list[Sight]:
    """Return what a private customer would see, and what a business would."""
    return [_sight(choice, kind) for kind in (CustomerKind.PRIVATE, CustomerKind.BUSINESS)]


def _sight(choice: Choice, kind: CustomerKind) -> Sight:
    is_private = kind is CustomerKind.PRIVATE
    before = Demand(choice.level, is_private=is_private)
    after = Demand(choice.level, is_private=is_private, is_proven=True)
    return Sight(
        kind,
        page=before.need(is_sensitive=False),
        page_proven=after.need(is_sensitive=False),
        files=before.need(is_sensitive=True),
        files_proven=after.need(is_sensitive=True),
        are_mailed=are_mailed(choice.files, is_private=is_private),
    )


def asked_kinds(choice: Choice) -> tuple[CustomerKind, ...]:
    """Return the kinds of customers of whom anything is asked."""
    return tuple(one.kind for one in sights(choice) if Need.PROOF in (one.page, one.files))


def weaknesses(choice: Choice, facts: Facts) -> Iterator[Weakness]:
    """Yield where a choice is weak or idle, the gravest first."""
    yield from _of_proof(choice, facts)
    if any(one.are_mailed and one.files is not Need.NOTHING for one in sights(choice)):
        yield Weakness.FILES_GO_ROUND
    if choice.link_days > LONG_LINK and facts.ways is not Ways.ACCOUNT:
        yield Weakness.LONG_LINK
    if choice.members_need_factor and facts.members_lack_factor:
        yield Weakness.MEMBERS_LACK_FACTOR
    if choice.contacts_need_factor and facts.contacts_lack_factor:
        yield Weakness.CONTACTS_LACK_FACTOR


def _of_proof(choice: Choice, facts: Facts) -> Iterator[Weakness]:
    if choice.level is Level.NEVER and facts.ways is not Ways.ACCOUNT:
        yield Weakness.OPEN_LINK
    if not asked_kinds(choice):
        return
    if not choice.methods & facts.usable:
        yield Weakness.NOBODY
    if Method.SMS in choice.methods:
        if not facts.can_text:
            yield Weakness.NO_GATEWAY
        if not facts.has_mobile:
            yield Weakness.NO_MOBILE
    if choice.methods == {Method.ADDRESS}:
        yield Weakness.ADDRESS_ONLY
    elif Method.ADDRESS in choice.methods:
        yield Weakness.WEAK_SECOND
    if choice.idle_minutes > LONG_IDLE:
        yield Weakness.LONG_IDLE
