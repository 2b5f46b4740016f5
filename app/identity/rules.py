"""Pure decisions about people, sessions, codes and links."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

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
    LETTER = "letter"
    """It is opened by the code and the PIN of a letter (PY-20); nobody is told its address."""


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

LINK_LIFE = timedelta(days=90)
"""Until issue dates and an organisation's own policy decide."""
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


def is_link_open(now: datetime, expires_at: datetime, revoked_at: datetime | None) -> bool:
    """True while a capability link leads somewhere."""
    return revoked_at is None and now < expires_at
