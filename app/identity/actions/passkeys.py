"""Passkeys: added, and taken as proof of who somebody is (PY-34)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import clock, counters, ids, journal, tokens
from app.core.db import session
from app.core.errors import Invalid, Refused
from app.core.languages import gettext as _
from app.identity import queries, rules
from app.identity.actions.factors import note_added
from app.identity.actions.second_step import let_in, take_step
from app.identity.actions.sessions import Browser
from app.identity.models import Factor, Passkey, Person
from app.identity.proofs import passkey
from app.identity.proofs.passkey import Key, Site
from app.identity.rules import FactorKind, Proof


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was asked to have signed; its cookie keeps it."""

    challenge: str
    at: Site
    since: datetime

    def spend(self) -> None:
        """Use the challenge up; raises `Refused` where it is over, or was used in whatever way."""
        is_late = clock.now() - self.since > rules.CHALLENGE_LIFE
        counted = f"passkey:{tokens.fingerprint(self.challenge)}"
        # The cookie could be put back: what was asked counts once, whatever the browser keeps.
        if not counters.allow(counted, 1, rules.CHALLENGE_LIFE) or is_late:
            raise Refused(_("That took too long, or was sent twice. Try once more."))


def add_passkey(person: Person, name: str, answer: str, asked: Asked) -> list[str]:
    """Let a device's new passkey count; returns recovery codes where none were left. Raises `Refused`."""
    asked.spend()
    if len(queries.factors(person.id)) >= rules.MOST_FACTORS:
        raise Refused(_("There are enough second factors. Remove one before you add another."))
    try:
        key = passkey.registered(answer, asked.at, asked.challenge)
    except Invalid as error:
        raise Refused(_("The device’s answer cannot be used. Try once more.")) from error
    factor = _kept(person, name, key, asked.at)
    return note_added(person, factor)


def _kept(person: Person, name: str, key: Key, at: Site) -> Factor:
    now = clock.now()
    factor = Factor(
        id=ids.new(),
        person_id=person.id,
        kind=FactorKind.PASSKEY,
        name=name,
        created_at=now,
        confirmed_at=now,
    )
    made_of = Passkey(
        factor_id=factor.id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        host=at.host,
        sign_count=key.sign_count,
        transports=key.transports,
        is_backed_up=key.is_backed_up,
    )
    try:
        with session().begin_nested():
            session().add_all([factor, made_of])
    except IntegrityError as error:
        raise Refused(_("This passkey is known already.")) from error
    return factor


def sign_in_with_passkey(
    answer: str, asked: Asked, browser: Browser, step_id: str = ""
) -> str | None:
    """Return the token of a new session for a passkey's owner; None where it is not to be believed.

    `step_id` is a second step that the browser has to take: this takes it, where it is the same
    person's. Raises `Refused` where the question is over.
    """
    asked.spend()
    person = _owner(answer, asked, browser)
    if person is None or person.disabled_at is not None or queries.has_to_use_provider(person):
        return None
    step = queries.live_step(step_id)
    if step is not None and step.person_id == person.id:
        return take_step(step_id, Proof.PASSKEY, browser)
    return let_in(person, (Proof.PASSKEY,), browser)


def confirm_with_passkey(person: Person, answer: str, asked: Asked, browser: Browser) -> bool:
    """Say whether somebody who is in showed with a passkey of their own that it is them."""
    asked.spend()
    owner = _owner(answer, asked, browser)
    return owner is not None and owner.id == person.id


def _owner(answer: str, asked: Asked, browser: Browser) -> Person | None:
    """Return whose passkey signed what was asked; note it where none did."""
    try:
        credential_id, says = passkey.named(answer)
        found = queries.passkey(credential_id)
        if found is None or (says and says != found[1].person_id):
            raise Invalid("nobody's passkey")
        count, is_backed_up = passkey.signed(answer, asked.at, asked.challenge, found[0].public_key)
    except Invalid:
        _note_refusal(browser)
        return None
    made_of, factor = found
    person = queries.person_by_id(factor.person_id)
    if person is None:
        return None
    if not _count(made_of, count, is_backed_up=is_backed_up):
        _announce_copy(person, factor, browser)
        return None
    factor.last_used_at = clock.now()
    return person


def _count(made_of: Passkey, count: int, *, is_backed_up: bool) -> bool:
    """Note how often a passkey signed; False where it went back, or stayed (WebAuthn, 6.1.1).

    One that does not count says 0 for ever.
    """
    is_newer = Passkey.sign_count < count
    if count == 0:
        is_newer = Passkey.sign_count == 0
    noted = session().execute(
        update(Passkey)
        .where(Passkey.factor_id == made_of.factor_id, is_newer)
        .values(sign_count=count, is_backed_up=is_backed_up)
        .returning(Passkey.factor_id)
    )
    return noted.first() is not None


def _note_refusal(browser: Browser) -> None:
    journal.record(
        "person.passkey_refused",
        journal.SYSTEM,
        organisation_id=None,
        about=("person", "nobody"),
        address=browser.address,
    )


def _announce_copy(person: Person, factor: Factor, browser: Browser) -> None:
    journal.announce(
        "person.passkey_copied",
        journal.SYSTEM,
        organisation_id=person.organisation_id,
        about=("person", person.id),
        factor=factor.name,
        address=browser.address,
    )
