"""Lines of the journal about what came to nothing: wrong passwords, codes, keys and links (ASVS 16.3).

Each is written in a transaction of its own, see `app.web.transaction.regardless`. What was typed is
never written down: where nobody has the address, only a keyed hash tells one attacker from two.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any, Final

from app.core import counters, journal, runtime
from app.core.db import session
from app.core.journal import SYSTEM
from app.identity import queries, rules
from app.identity.models import ApiKey, Person

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
NOBODY: Final = ("person", "nobody")


def note_failed_sign_in(email: str) -> None:
    """Write one line, also where nobody has the address: both answers cost the same.

    Once the address is locked there is one line that says so, and no more until it is open again.
    """
    email = rules.normal_email(email)
    key = f"password:{email}"
    is_locked = counters.so_far(key) > rules.PASSWORD_TRIES
    person = queries.person_by_email(email)
    hashed = hmac.digest(runtime.current().settings.key("audit"), email.encode(), hashlib.sha256)
    unknown = {} if person else {"address_hash": hashed.hex()[:16]}
    if not is_locked:
        _write("person.sign_in_failed", person, way="password", **unknown)
    elif counters.allow(f"noted:{key}", 1, rules.PASSWORD_WINDOW):
        _write("person.sign_in_locked", person, way="password", **unknown)


def note_wrong_code(code_id: str) -> None:
    """Write one line about a wrong mailed code, about its person where it has one."""
    code = queries.code_by_id(code_id)
    if code is not None and code.person_id is not None:
        _write("person.sign_in_failed", queries.person_by_id(code.person_id), way="code")
        return
    _tell_now_and_then("person.sign_in_failed", NOBODY, "code")


def note_wrong_step(step_id: str) -> None:
    """Write one line about a wrong second factor, where a step waits for one."""
    step = queries.live_step(step_id)
    if step is not None:
        _write("person.second_step_failed", queries.person_by_id(step.person_id))


def note_wrong_key(key_id: str | None) -> None:
    """Write down that a program came with a revoked key, once a minute; unknown ones are counted."""
    key = session().get(ApiKey, key_id) if key_id else None
    if key is None:
        _tell_now_and_then("api_key.unknown", ("api_key", "unknown"), "key")
    elif counters.allow(f"noted:key:{key.id}", 1, MINUTE):
        about, house = ("api_key", key.id), key.organisation_id
        journal.record("api_key.refused", SYSTEM, organisation_id=house, about=about, key=key.name)


def note_unknown_link() -> None:
    """Count a token that no link has, or ever had."""
    _tell_now_and_then("link.unknown", ("link", "unknown"), "link")


def _tell_now_and_then(name: str, about: tuple[str, str], way: str) -> None:
    """Count what one network address tries in an hour; the 1st, 10th, 100th … try is a line."""
    count = counters.count(f"noted:{way}:{journal.sender_address()}", HOUR)
    if str(count).strip("0") == "1":
        journal.record(name, SYSTEM, organisation_id=None, about=about, way=way, tries=count)


def _write(name: str, person: Person | None, **data: Any) -> None:
    house = person.organisation_id if person else None
    about = ("person", person.id) if person else NOBODY
    journal.record(name, SYSTEM, organisation_id=house, about=about, **data)
