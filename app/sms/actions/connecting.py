"""How an organisation sends messages: its gateway, its limits, and the switch that stops everything."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal, sealing
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations.models import Organisation
from app.sms import queries
from app.sms.actions.sending import Unsendable, send
from app.sms.models import SmsSettings, TextMessage
from app.sms.providers import http_gateway
from app.sms.rules.life import Gateway, Purpose
from app.sms.rules.numbers import Objection

VALID_FOR: Final = timedelta(minutes=10)
"""How long a test message may wait."""
LEADS_ELSEWHERE: Final = ("gateway", "url", "account", "authentication")
"""Who changes one of these has to enter the secret again: it must not go where they alone want it."""


def change(
    house: Organisation, who: Principal, *, secret: str, is_on: bool, values: Mapping[str, Any]
) -> None:
    """Change how messages are sent; an empty secret keeps the one before.

    `values` are columns of `SmsSettings`. Raises `Refused`.
    """
    found = queries.settings_of(house.id)
    if not secret:
        if is_on and (found is None or found.sealed_secret is None):
            raise Refused(_("Enter the secret of your gateway first."))
        if found and any(getattr(found, name) != values[name] for name in LEADS_ELSEWHERE):
            raise Refused(_("Enter the secret again: it is sent to somebody else from now on."))
    if found is None:
        found = SmsSettings(organisation_id=house.id, gateway=values["gateway"], sender="")
        session().add(found)
    if secret:
        found.sealed_secret, found.secret_ending = sealing.seal(secret), secret[-4:]
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, values[name])
    if found.is_on != is_on:
        changed.append("is_on")
    found.is_on = is_on
    _note("sms.settings_changed", house, who, fields=sorted(changed), new_secret=bool(secret))


def stop(house: Organisation, who: Principal) -> None:
    """Stop everything at once, also what waits. Twice is harmless."""
    if _switch(house, SmsSettings.is_on, is_on=False):
        _note("sms.stopped", house, who)


def go_on(house: Organisation, who: Principal) -> None:
    """Let messages go out again after Kontor paused them by itself; older codes count no more."""
    now = clock.now()
    if _switch(house, SmsSettings.paused_at.is_not(None), paused_at=None, resumed_at=now):
        _note("sms.resumed", house, who)


def renew_receipt_secret(house: Organisation, who: Principal) -> str:
    """Make a new secret that receipts are signed with, and return it; nobody can see it again.

    Raises `Refused` where no gateway of that kind is set up.
    """
    found = queries.settings_of(house.id)
    if found is None or found.gateway is not Gateway.HTTP:
        raise Refused(_("Set up an HTTP gateway first."))
    renewed = (
        update(SmsSettings)
        .where(SmsSettings.organisation_id == house.id)
        .values(hook_number=SmsSettings.hook_number + 1)
        .returning(SmsSettings.hook_number)
        .execution_options(synchronize_session=False)
    )
    number = session().scalar(renewed) or 1
    _note("sms.receipt_secret_changed", house, who)
    return http_gateway.hook_secret(house.id, number)


def try_out(house: Organisation, who: Principal, number: str) -> TextMessage:
    """Have a test message sent to a number of one's own; raises `Refused`, which says precisely why."""
    text = _("Test message of %(organisation)s. Text messages arrive.", organisation=house.name)
    try:
        message = send(
            house, number, text, key=ids.new(), purpose=Purpose.TEST, valid_for=VALID_FOR
        )
    except Unsendable as refused:
        raise Refused(_precisely(refused)) from refused
    _note("sms.tested", house, who)
    return message


def _precisely(refused: Unsendable) -> str:
    """Return what those who run the house may know about it."""
    match refused.objection:
        case Objection.NOT_A_NUMBER:
            return _("There is no such number. Begin with + and the country.")
        case Objection.NOT_MOBILE:
            return _("That is not a mobile number.")
        case Objection.COSTLY:
            return _("Somebody earns by messages to this number. Kontor sends none there.")
        case Objection.COUNTRY:
            return _("Messages to this country are not allowed. Add it under “Change” first.")
    return refused.sentence


def _switch(house: Organisation, condition: Any, **values: Any) -> bool:
    switched = (
        update(SmsSettings)
        .where(SmsSettings.organisation_id == house.id, condition)
        .values(**values)
        .returning(SmsSettings.organisation_id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(switched).first() is not None


def _note(name: str, house: Organisation, who: Principal, **data: Any) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        **data,
    )
