"""Pure decisions about people, sessions, codes and links."""

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.access.grants import Can
from app.core.languages import N_


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


class Proof(StrEnum):
    """How somebody showed who they are; a session remembers it."""

    PASSWORD = "password"  # noqa: S105 - a word for a way, no secret
    MAILED_CODE = "mailed_code"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    OIDC = "oidc"


PROOF_NAMES = {
    Proof.PASSWORD: N_("password"),
    Proof.MAILED_CODE: N_("code by mail"),
    Proof.TOTP: N_("code of an app"),
    Proof.RECOVERY_CODE: N_("recovery code"),
    Proof.PASSKEY: N_("passkey"),
    Proof.OIDC: N_("account of the organisation"),
}


class FactorKind(StrEnum):
    """What a person has beside a password or a mailbox (PY-34)."""

    TOTP = "totp"
    """An app that shows a new code every 30 seconds (RFC 6238)."""
    PASSKEY = "passkey"
    """A key that never leaves its device (WebAuthn)."""


FACTOR_NAMES = {
    FactorKind.TOTP: N_("Authenticator app"),
    FactorKind.PASSKEY: N_("Passkey"),
}


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
LONGEST_PASSWORD = 200

SECOND_STEP_LIFE = timedelta(minutes=5)
SECOND_STEP_TRIES = 5
FACTOR_TRIES = 10
FACTOR_WINDOW = timedelta(minutes=15)
"""Tries of second factors of one person, in whatever browser: only who has the first gets here."""
MOST_FACTORS = 10
RECOVERY_CODES = 10
CONFIRMATION_TRIES = 10
CONFIRMATION_WINDOW = timedelta(minutes=15)

CHALLENGE_LIFE = timedelta(minutes=5)
"""How long a device may take to answer for a passkey."""

RESET_LIFE = timedelta(minutes=30)
RESETS_PER_HOUR = 3

DEVICE_LIFE = timedelta(days=400)
"""How long browsers keep a cookie at most (RFC 6265bis, 5.5)."""

PURPOSE_NAMES = {
    LinkPurpose.DISPATCH: N_("Sent to a recipient"),
    LinkPurpose.DOCUMENT: N_("Portal address of the document"),
    LinkPurpose.CUSTOMER: N_("Portal address of the customer"),
    LinkPurpose.LETTER: N_("Access letter"),
}
RENEWABLE = frozenset({LinkPurpose.DISPATCH, LinkPurpose.DOCUMENT, LinkPurpose.CUSTOMER})
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

_OFFICES: Final = """
info infos office rechnung rechnungen rechnungseingang rechnungswesen buchhaltung kreditoren debitoren
finanzen verwaltung sekretariat büro kundendienst kundenservice administration billing invoice invoices
invoicing accounting payables receivables noreply donotreply postmaster hostmaster webmaster abuse
faktura fakturor fakturering ekonomi reskontra leverantörsreskontra kundtjänst kundservice registrator
regnskap økonomi administrasjon firmapost postmottak kundeservice
facture factures facturation comptabilité secrétariat
"""
_OTHERS: Final = """
admin administrator accounts accountspayable contact customerservice enquiries finance frontdesk hello
help helpdesk inquiries jobs mail mailbox marketing news orders post procurement purchasing reception
root sales security service staff support team usenet www
anfrage anfragen auftrag bestellung bestellungen bewerbung datenschutz einkauf empfang inkasso kontakt
kontor leitung mahnung mahnwesen personal praxis vertrieb verkauf zahlung zentrale
beställning försäljning hej inköp löner order bestilling innkjøp lønn ordre resepsjon salg
accueil achats bonjour commande commandes compta direction ventes
"""


def _spellings(text: str) -> tuple[str, ...]:
    """Return the ways that a word is written where only a to z are: `büro` as `buro` and as `buero`."""
    plain = unicodedata.normalize("NFKC", text).lower()
    marked = unicodedata.normalize("NFKD", plain.translate(_PLAIN))
    bare = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return bare, plain.translate(_WRITTEN_OUT)


_PLAIN: Final = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss"})
_WRITTEN_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "é": "e"}
)
OFFICES: Final = frozenset(one for word in _OFFICES.split() for one in _spellings(word))
"""Words that stand for an office, whatever follows them: `info.zuerich` (B2-04; RFC 2142)."""
ROLE_MAILBOXES: Final = OFFICES | {one for word in _OTHERS.split() for one in _spellings(word)}
"""These and words that are names as well: only where they stand alone, `post`, or together, `team-post`."""


def normal_email(address: str) -> str:
    """Return an address as it is compared: without spaces around it, in lower case."""
    return address.strip().lower()


def is_role_mailbox(address: str, more: Collection[str] = ()) -> bool:
    """Say whether an address stands for an office and not for a person (B2-04).

    `info@`, `Rechnung+ch@`, `no-reply@`, `info.zuerich@` and `büro2@` do; `+` extensions, case, digits,
    signs between words and accents make no difference. `more` are words of the installation's own.
    """
    local_part = normal_email(address).rpartition("@")[0].partition("+")[0]
    own = {"".join(_words(one)) for word in more for one in _spellings(word)}
    return any(_is_role(spelled, own) for spelled in _spellings(local_part))


def _is_role(local_part: str, own: Collection[str]) -> bool:
    words = _words(local_part)
    if not words:
        return False
    is_known = all(word in ROLE_MAILBOXES for word in words)
    return is_known or words[0] in OFFICES or "".join(words) in ROLE_MAILBOXES.union(own)


def _words(local_part: str) -> list[str]:
    return re.findall(r"[a-z]+", local_part)


def is_two_factors(proofs: Collection[Proof]) -> bool:
    """Say whether somebody proved two things; a passkey does alone, it asks for its owner itself."""
    return Proof.PASSKEY in proofs or len(proofs) > 1


def rough_address(address: str) -> str:
    """Return a network address without what tells one household from the next: /24 or /48."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + ":…"
    return address.rpartition(".")[0] + ".…" if "." in address else address


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


def is_link_open(now: datetime, expires_at: datetime, revoked_at: datetime | None) -> bool:
    """True while a capability link leads somewhere."""
    return revoked_at is None and now < expires_at


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What an agent says of itself → its name; the first that fits."""


def device_words(agent: str) -> str:
    """Return what to call a device, `Firefox · Windows`; empty where nothing is known of it."""
    found = [
        next((name for sign, name in table if sign in agent), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def family(agent: str) -> str:
    """Return what stays of a browser's name when it is updated, at most 60 characters."""
    return device_words(agent) or re.sub(r"[\d.]+", "", agent)[:60]
