"""Machines that look at mail: they follow links, and send every form as it stands (UX-01)."""

from collections.abc import Callable
from typing import Any

import html5lib  # type: ignore[import-untyped]
from flask import Flask
from sqlalchemy import select

from app.core.db import session
from app.documents.models import Document
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.payments.models import Payment
from app.payments.rules import State
from app.web import installation
from tests.acceptance.quotes import link_to, quote_for
from tests.browser import XHTML, Browser
from tests.cast import Cast
from tests.installation import BASE_URL

NETWORKS = ("203.0.113.7", "198.51.100.9", "2001:db8::1")


def forms_of(page: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, address and the values as they stand of every form of a page."""
    found = []
    for form in html5lib.parse(page).iter(f"{XHTML}form"):
        values: dict[str, Any] = {}
        for kind in ("input", "button", "textarea", "select"):
            for field in form.iter(f"{XHTML}{kind}"):
                name = field.get("name")
                is_box = field.get("type") in ("checkbox", "radio")
                if name and (not is_box or "checked" in field.attrib):
                    values[name] = field.get("value", field.text or "")
        action = form.get("action", "")
        if action.startswith("/") and action not in ("/sign-out", "/language"):
            found.append((form.get("method", "get").lower(), action, values))
    return found


def scan(app: Flask, path: str, network: str) -> int:
    """Do all that a machine does with an address in a mail; returns how many forms were sent."""
    client, sent = app.test_client(), 0
    options: dict[str, Any] = {
        "base_url": BASE_URL,
        "environ_overrides": {"REMOTE_ADDR": network},
    }
    seen, waiting = set(), [path]
    while waiting and len(seen) < 12:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        client.head(here, **options)
        page = client.get(here, **options)
        if page.mimetype != "text/html":
            continue
        for method, action, values in forms_of(page.text):
            send = client.post if method == "post" else client.get
            given = {"data": values} if method == "post" else {"query_string": values}
            answer = send(action, **given, **options)
            sent += 1
            place = answer.headers.get("Location", "")
            if place.startswith("/"):
                waiting.append(place)
    return sent


def test_a_machine_that_sends_every_form_accepts_and_pays_nothing_and_uses_nothing_up(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        quote = quote_for(cast.keller)
        link = link_to(quote, cast.keller)
    paths = [f"/link/{capability.token(one.id)}" for one in (link, cast.link)]
    for path in paths:
        for network in NETWORKS:
            assert scan(app, path, network) > 1, "more than the first button was pressed"
    with installation.of(app).database.reading():
        for document in (quote, cast.invoice):
            found = session().get_one(Document, document.id)
            assert (found.state, found.answer, found.paid_minor) == (document.state, None, 0)
        paid = select(Payment).where(Payment.state == State.PAID)
        assert session().scalars(paid).all() == []
        for each in (link, cast.link):
            assert session().get_one(CapabilityLink, each.id).revoked_at is None
    for path in paths:
        assert browser("nobody").post(path).status_code == 303, "its reader gets in"
