"""Pure decisions about people, sessions, codes and links."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, ip_address, ip_network
from zoneinfo import ZoneInfo

from app.access.grants import Can
from app.core.languages import N_
from app.core.languages import gettext as _


class LinkPurpose(StrEnum):
    """What a capability link was made for."""

    DISPATCH = "dispatch"
    """It goes to one recipient of one document."""
    DOCUMENT = "document"
    """The portal address of a document (BM-06)."""
    CUSTOMER = "customer"
    """The portal address of a customer (BM-05)."""


IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly a session remembers when it was last seen: one write a minute is enough."""

CODE_LIFE = timedelta(minutes=10)
CODE_DIGITS = 6
CODE_TRIES = 5
CODES_PER_HOUR = 5
PASSWORD_TRIES = 10
PASSWORD_WINDOW = timedelta(minutes=15)
SHORTEST_PASSWORD = 12

PURPOSE_NAMES = {
    LinkPurpose.DISPATCH: N_("Sent to a recipient"),
    LinkPurpose.DOCUMENT: N_("Portal address of the document"),
    LinkPurpose.CUSTOMER: N_("Portal address of the customer"),
}
RENEWABLE = frozenset(PURPOSE_NAMES)
"""Links that nothing else hangs on: another one can stand in their place."""

LINK_DAYS = 30
MOST_LINK_DAYS = 120
LEAST_LINK_DAYS = 14
"""A link is good for something, however old the document is that it was made for."""
UNKNOWN_LINKS = 30
UNKNOWN_WINDOW = timedelta(minutes=15)
"""Tokens that never existed, asked for from one network: nobody types such an address by chance."""
RENEWALS_PER_DAY = 5

API_KEY_PREFIX = "kontor_"
"""What a key begins with, so that programs that search for lost secrets know it."""
SCOPE_NAMES = {
    Can.TAKE_IN_DOCUMENTS: N_("send in documents"),
    Can.READ_DOCUMENTS: N_("read documents and their findings"),
    Can.DOWNLOAD_DOCUMENTS: N_("download what Kontor made of documents"),
    Can.READ_DELIVERIES: N_("read deliveries"),
    Can.READ_PORTAL: N_("read who has the customer portal, and its addresses"),
    Can.CHANGE_PORTAL: N_("change who has the customer portal"),
}
"""What an API key can be made for; never more than the table grants to keys."""

ROLE_MAILBOXES = frozenset(
    [
        "admin",
        "administration",
        "administrasjon",
        "administrator",
        "billing",
        "buchhaltung",
        "contact",
        "ekonomi",
        "faktura",
        "finance",
        "finanzen",
        "fakturor",
        "firmapost",
        "hello",
        "help",
        "info",
        "inkasso",
        "invoice",
        "invoices",
        "kontakt",
        "kontor",
        "mail",
        "no-reply",
        "noreply",
        "office",
        "post",
        "postmaster",
        "post",
        "rechnung",
        "rechnungen",
        "reception",
        "sales",
        "sekretariat",
        "service",
        "support",
        "team",
        "verwaltung",
        "webmaster",
    ]
)
"""Local parts that stand for an office, not for a person (B2-04)."""

COMMON_PASSWORDS = re.compile(
    r"^(?:(?:password|passwort|kontor|qwertz|qwerty|welcome|willkommen|hemligt|passord|losenord|admin|letmein"
    r"|sommer|winter|sommar|vinter|123|abc)[\W\d_]*)+$|^(.)\1*$|^(?:0123456789|1234567890)+\d*$",
    re.IGNORECASE,
)


def normal_email(address: str) -> str:
    """Return an address as it is compared: without spaces around it, in lower case."""
    return address.strip().lower()


def is_role_mailbox(address: str) -> bool:
    """True for `info@`, `rechnung@` and the like, `+` extensions ignored (B2-04)."""
    local_part = normal_email(address).partition("@")[0].partition("+")[0]
    return local_part in ROLE_MAILBOXES


def password_weakness(password: str, *others: str) -> str | None:
    """Return a sentence on why a password is too weak, or None.

    Length and commonness decide, not kinds of characters (NIST SP 800-63B, 5.1.1.2).
    """
    if len(password) < SHORTEST_PASSWORD:
        return _("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)
    if COMMON_PASSWORDS.match(password):
        return _("This password is among the first that an attacker tries. Choose another one.")
    if any(len(other) > 3 and other.lower() in password.lower() for other in others):
        return _("The password must not contain your name or your e-mail address.")
    return None


def is_session_alive(
    now: datetime, last_seen_at: datetime, ends_at: datetime, ended_at: datetime | None
) -> bool:
    """True while a session was neither ended, nor idle too long, nor is too old (ASVS 7.3)."""
    return ended_at is None and now < ends_at and now - last_seen_at < IDLE_LIMIT


def link_end(now: datetime, days: int, day: date | None, timezone: str) -> datetime:
    """Return when a link is over: `days` after the day on which its document is due (UX-02).

    Without a day they count from today. It is the end of a day in `timezone`, at most 120 days after
    the one and at least 14 after the other.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    kept = min(max(days, 1), MOST_LINK_DAYS)
    last = max((day or today) + timedelta(days=kept), today + timedelta(days=LEAST_LINK_DAYS))
    return datetime.combine(last, time(23, 59, 59), ZoneInfo(timezone)).astimezone(UTC)


def network_of(address: str) -> str:
    """Return the network that a guesser has at hand: an IPv4 address, the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))


def is_link_open(now: datetime, expires_at: datetime, revoked_at: datetime | None) -> bool:
    """True while a capability link leads somewhere."""
    return revoked_at is None and now < expires_at
