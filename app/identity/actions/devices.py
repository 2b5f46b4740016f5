"""Browsers in which a person has signed in: a new one is told of by mail (ASVS 6.3.5)."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core import clock, counters, ids, journal, tokens
from app.core.db import insert, session
from app.identity import rules
from app.identity.actions.sessions import Browser
from app.identity.models import KnownDevice, Person


def meet(person: Person, browser: Browser) -> None:
    """Remember a person's browser, and have them told where it is a new one.

    Not of the very first, and of each once a day at most.
    """
    if not browser.device or _knows(person, browser):
        return
    is_first = _knows_none(person)
    _remember(person, browser)
    family, where = rules.family(browser.agent), rules.rough_address(browser.address)
    told = f"new-device:{person.id}:{family}:{where}"
    if is_first or not counters.allow(told, 1, timedelta(days=1)):
        return
    journal.announce(
        "person.new_device",
        journal.Actor("person", person.id, person.name),
        organisation_id=person.organisation_id,
        about=("person", person.id),
        agent=browser.agent[:300],
        address=where,
    )


def _knows(person: Person, browser: Browser) -> bool:
    """Say whether a person has used a browser before, and note that they do now."""
    known = session().execute(
        update(KnownDevice)
        .where(
            KnownDevice.person_id == person.id,
            KnownDevice.token_hash == tokens.fingerprint(browser.device),
            KnownDevice.family == rules.family(browser.agent),
        )
        .values(last_seen_at=clock.now())
        .returning(KnownDevice.id)
    )
    return known.first() is not None


def _knows_none(person: Person) -> bool:
    any_of_them = select(KnownDevice.id).where(KnownDevice.person_id == person.id).limit(1)
    return session().scalar(any_of_them) is None


def _remember(person: Person, browser: Browser) -> None:
    now = clock.now()
    row = insert(KnownDevice).values(
        id=ids.new(),
        person_id=person.id,
        token_hash=tokens.fingerprint(browser.device),
        family=rules.family(browser.agent),
        created_at=now,
        last_seen_at=now,
    )
    # The same token in another kind of browser was copied: it is that one's from now on.
    session().execute(
        row.on_conflict_do_update(
            index_elements=[KnownDevice.person_id, KnownDevice.token_hash],
            set_={"family": row.excluded.family, "last_seen_at": now},
        )
    )
