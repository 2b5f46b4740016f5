"""Sending a code by text message: not often, to the customer's own number only, the newest one counts."""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, update

from app.access.principal import Principal
from app.core import clock, counters, ids, journal, languages
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import N_
from app.core.languages import gettext as _
from app.organisations.models import Customer, Organisation
from app.sms import actions as sms
from app.sms.rules.life import Purpose
from app.step_up import proofs, rules
from app.step_up.models import TextedCode

HOUR = timedelta(hours=1)
_WAIT = N_("A code is on its way. You can ask for another one after a minute.")
_ENOUGH = N_("Too many codes were asked for. You can have another one in an hour.")


class TooSoon(Refused):
    """No further code at present."""


def send_code(who: Principal, house: Organisation, customer: Customer, network: str) -> bool:
    """Have a new code texted, and let the older ones of this session die; False where none can be sent.

    Raises `TooSoon`; what was counted stays counted where the caller catches it.
    """
    person = f"{who.actor.kind}:{who.id}"
    if not counters.allow(f"proof-code-again:{person}", 1, rules.ASK_AGAIN):
        raise TooSoon(_(_WAIT))
    for key, most in (
        (f"proof-codes:{customer.id}", rules.CODES_PER_HOUR),
        (f"proof-codes:network:{network}", rules.CODES_PER_NETWORK),
    ):
        if not counters.allow(key, most, HOUR):
            raise TooSoon(_(_ENOUGH))
    code = _new_code(who)
    try:
        message = sms.send(
            house,
            customer.mobile,
            _text(who, house, code),
            key=f"proof:{code.id}",
            purpose=Purpose.CODE,
            valid_for=rules.CODE_LIFE,
        )
    except Refused:
        _note(who, customer, "proof.code_refused")
        return False
    code.text_id = message.id
    _note(who, customer, "proof.code_sent")
    return True


def _new_code(who: Principal) -> TextedCode:
    now = clock.now()
    session().execute(
        update(TextedCode)
        .where(
            TextedCode.session_id == who.session_id,
            TextedCode.purpose == rules.FOR_PROOF,
            TextedCode.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    code = TextedCode(
        id=ids.new(),
        session_id=who.session_id,
        purpose=rules.FOR_PROOF,
        text_id=None,
        tries=0,
        created_at=now,
        expires_at=now + rules.CODE_LIFE,
    )
    session().add(code)
    return code


def _text(who: Principal, house: Organisation, code: TextedCode) -> str:
    digits = proofs.code(code.id, code.session_id, code.purpose)
    host = urlsplit(house.base_url).hostname or ""
    language = languages.choose(who.language, house.language)
    with languages.speaking(language, house.country, house.timezone):
        return rules.text_message(house.name, digits, host)


def _note(who: Principal, customer: Customer, name: str) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
    )


def sweep() -> None:
    """Forget codes that are long over."""
    past = clock.now() - timedelta(days=1)
    session().execute(delete(TextedCode).where(TextedCode.expires_at < past))
