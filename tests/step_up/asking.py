"""An organisation that asks its customers' people who they are, and what they would answer."""

import re
from typing import Any

from flask import Flask

from app.access.proof import Level, Method
from app.core import sealing
from app.core.db import session
from app.identity.models import LoginSession
from app.organisations.models import Customer, Organisation
from app.organisations.queries import signed_in
from app.sms.rules.life import Gateway
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.sms.house import SWISS, connect, messages

RIGHT = {"postcode": "8002", "number": "12"}
WRONG = {"postcode": "8002", "number": "13"}


def ask(
    app: Flask,
    cast: Cast,
    level: Level = Level.SENSITIVE,
    primary: Method = Method.ADDRESS,
    secondary: Method | None = None,
    **house: Any,
) -> None:
    """Let the house ask, and text where it wants to."""
    with installation.of(app).database.transaction():
        one = session().get_one(Organisation, cast.lindenhof.id)
        one.proof_level, one.proof_primary, one.proof_secondary = level, primary, secondary
        for name, value in house.items():
            setattr(one, name, value)


def change(app: Flask, of: Customer, **data: Any) -> None:
    """Change what is known of a customer."""
    with installation.of(app).database.transaction():
        for name, value in data.items():
            setattr(session().get_one(Customer, of.id), name, value)


def texting(app: Flask, cast: Cast) -> None:
    """Give Keller a mobile number, and the house a gateway."""
    with installation.of(app).database.transaction():
        connect(session().get_one(Organisation, cast.lindenhof.id), Gateway.TWILIO, "")
    change(app, cast.keller, mobile=SWISS)


def texts(app: Flask) -> list[str]:
    """Return what every text message says."""
    with installation.of(app).database.reading():
        return [sealing.unseal(one.text or "") for one in messages()]


def code_in(text: str) -> str:
    """Read a code as a phone does, off the last line."""
    found = re.fullmatch(r"@([a-z0-9.-]+) #(\d{6})", text.splitlines()[-1])
    assert found is not None, text
    return found[2]


def file_of(cast: Cast) -> str:
    """Return the address of the invoice's file."""
    return f"/documents/{cast.invoice.id}/files/{cast.file_id}"


def sees_files(browser: Browser, cast: Cast) -> bool:
    """Ask for the invoice's file."""
    answer = browser.get(file_of(cast))
    assert answer.status_code in (200, 303, 403)
    return answer.status_code == 200


def session_of(app: Flask, token: str) -> LoginSession | None:
    """Return the session that a token opens."""
    with installation.of(app).database.reading():
        found = signed_in(token)
        return found.session if found else None


def token_of(browser: Browser) -> str:
    """Return the token that a browser carries."""
    with browser.client.session_transaction(base_url="http://kontor.test") as cookie:
        return str(cookie["_user_id"])
