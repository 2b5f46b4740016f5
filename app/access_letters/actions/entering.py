"""Code and PIN: tried, missed, locked, right."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, case, literal, null, or_, update
from sqlalchemy.engine import Row

from app.access_letters import proofs, queries, rules
from app.access_letters.models import AccessLetter
from app.access_letters.queries import Found
from app.core import clock, counters, journal, text
from app.core.db import Moment, session
from app.core.languages import gettext as _
from app.core.networks import network_of
from app.identity import actions as identity
from app.identity.actions import Browser
from app.identity.models import CapabilityLink
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations

Tried = Row[str, int, datetime | None]
"""A letter's id, how often it was locked, and until when it is now."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Code and PIN were right. Without a token the letter is over, or leads nowhere at present."""

    link: CapabilityLink
    token: str | None = None


def enter(code: str, pin: str, browser: Browser) -> Entered | None:
    """Open a guest session for the letter with a code, if the PIN is its own; else return None.

    Both as `rules` makes them normal. The caller learns nothing more, and an unknown code costs what
    a wrong PIN does. A try is counted before anything is compared, and given back to who was right:
    tries that come together are not more than tries that come one by one.
    """
    network = f"letter:{network_of(browser.address)}"
    is_allowed = counters.allow(network, rules.NETWORK_TRIES, rules.NETWORK_WINDOW)
    code_hash = proofs.fingerprint(code)
    found = queries.by_code(code_hash)
    tried = _try(code_hash if is_allowed else "")
    is_right = proofs.matches(pin, tried[0] if tried else None)
    if found is None or tried is None or not is_right:
        _miss(found, tried, browser)
        return None
    counters.give_back(network)
    _give_back(tried)
    return _come_in(found, browser)


def _try(code_hash: str) -> Tried | None:
    """Count a try of a letter that is not locked; the fifth locks it, whatever comes of it."""
    now, one = clock.now(), AccessLetter
    waited = one.locked_until.is_not(None)
    tries = case((waited, 1), else_=one.tries + 1)
    is_last = tries >= rules.TRIES
    counted = (
        update(one)
        .where(one.code_hash == code_hash, or_(one.locked_until.is_(None), one.locked_until <= now))
        .values(
            tries=tries,
            locks=case((is_last, one.locks + 1), else_=one.locks),
            locked_until=case((is_last, _end_of_wait(now)), else_=null()),
        )
        .returning(one.id, one.locks, one.locked_until)
        .execution_options(synchronize_session=False)
    )
    return session().execute(counted).one_or_none()


def _end_of_wait(now: datetime) -> ColumnElement[datetime]:
    *first, last = [literal(now + wait, Moment()) for wait in rules.WAITS]
    return case(*((AccessLetter.locks == n, end) for n, end in enumerate(first)), else_=last)


def _give_back(tried: Tried) -> None:
    """Take the try back that was right; what was locked before stays counted."""
    letter_id, locks, locked_until = tried
    session().execute(
        update(AccessLetter)
        .where(AccessLetter.id == letter_id)
        .values(tries=0, locked_until=None, locks=locks - 1 if locked_until else locks)
        .execution_options(synchronize_session=False)
    )


def _come_in(found: Found, browser: Browser) -> Entered:
    link = found.link
    token = identity.open_link(link, browser) if queries.leads_on(link) else None
    if token is not None:
        _note("letter.opened", found, journal.Actor("guest", link.id, link.name), browser)
    return Entered(link, token)


def _miss(found: Found | None, tried: Tried | None, browser: Browser) -> None:
    """Write one line, also where there is no such letter: both answers cost the same."""
    _note("letter.failed", found, journal.SYSTEM, browser)
    if found is None or tried is None or tried[2] is None:
        return
    _note("letter.locked", found, journal.SYSTEM, browser)
    if found.state in (rules.State.OPEN, rules.State.LOCKED):
        _tell_administrators(found, tried[1], tried[2])


def _tell_administrators(found: Found, locks: int, until: datetime) -> None:
    house = organisations.organisation_by_id(found.letter.organisation_id)
    url = f"{house.base_url}/customers/{found.letter.customer_id}#letters"
    for person in organisations.administrators(house.id):
        notices.tell(
            house,
            Addressee(person.email, person.name, person.language),
            partial(_said, found.link.name, until, url),
            key=f"letter:{found.letter.id}:{locks}:{person.id}",
            about=("customer", found.letter.customer_id),
        )


def _said(name: str, until: datetime, url: str) -> Said:
    return Said(
        subject=_("An access letter is locked for a while"),
        sentences=(
            _(
                "Somebody entered a wrong PIN %(count)s times with the access code of the letter to "
                "%(name)s.",
                count=rules.TRIES,
                name=name,
            ),
            _(
                "It opens nothing until %(moment)s, not with the right PIN either.",
                moment=text.moment(until),
            ),
            _("If the letter may be in wrong hands, renew it: the one before opens nothing then."),
        ),
        label=_("Open the customer"),
        url=url,
    )


def _note(name: str, found: Found | None, by: journal.Actor, browser: Browser) -> None:
    letter = found.letter if found else None
    journal.record(
        name,
        by,
        organisation_id=letter.organisation_id if letter else None,
        about=("customer", letter.customer_id if letter else "nobody"),
        letter=letter.id if letter else None,
        to=found.link.name if found else "",
        address=browser.address,
    )
