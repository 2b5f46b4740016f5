"""A print centre on loopback, a house that uses it, a customer who reads paper, a letter on its way."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock, ids, runtime, sealing
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.channels.print_centre import line
from app.delivery.channels.print_centre.form import PrintCentreForm
from app.delivery.models import ChannelSettings, Dispatch
from app.demo.print_centre import PrintCentre
from app.demo.print_files import PASSWORD, USER
from app.documents.models import Document
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel
from app.renditions import rules as renditions
from app.renditions.models import Rendition
from tests import factories
from tests.installation import build


def drawn(
    *texts: tuple[float, float, str], size: tuple[float, float] = A4, pages: int = 1
) -> bytes:
    """Return a PDF with texts at x and y, in points from the lower left."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=size)
    for _page in range(pages):
        for x, y, text in texts:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Runtime]:
    """An installation at work that may call hosts of its own network."""
    one = build(tmp_path, outbound_private=True)
    with runtime.using(one):
        yield one
    one.database.engine.dispose()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[PrintCentre]:
    """The print centre."""
    with PrintCentre(tmp_path / "centre") as one:
        yield one
        line.hang_up()


def values(centre: PrintCentre, **changes: Any) -> dict[str, Any]:
    """Return the settings of the channel as its form keeps them."""
    said = {
        name: value
        for name, value in PrintCentreForm(formdata=None).data.items()
        if name not in ("password", "private_key")
    }
    said |= {
        "host": "127.0.0.1",
        "port": centre.port,
        "username": USER,
        "fingerprints": centre.fingerprint,
        "return_address": "Haus Lindenhof · Lindenweg 4 · 8001 Zürich",
    }
    return said | changes


@pytest.fixture
def connected(
    house: Organisation, centre: PrintCentre, session: Session, here: Runtime
) -> ChannelSettings:
    """How the house is connected to it."""
    one = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.PRINT,
        is_on=True,
        values=values(centre),
        sealed_secrets=sealing.seal(json.dumps({"password": PASSWORD})),
        changed_at=clock.now(),
    )
    session.add(one)
    session.flush()
    return one


@pytest.fixture
def paper(keller: Customer, session: Session) -> Recipient:
    """A customer gets everything on paper."""
    session.flush()
    session.execute(update(Recipient).values(channel=Channel.PRINT))
    session.expire_all()
    (one,) = session.query(Recipient).all()
    return one


def made(document: Document, pdf: bytes, session: Session) -> Rendition:
    """Have `pdf` be what Kontor made of a document."""
    one = Rendition(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        form=renditions.sheet_form(document.kind),
        state=renditions.State.MADE,
        sha256=runtime.current().storage.put(document.organisation_id, pdf),
        size=len(pdf),
        renderer="1",
        wanted_at=clock.now(),
        made_at=clock.now(),
    )
    session.add(one)
    session.flush()
    return one


@pytest.fixture
def letter(
    connected: ChannelSettings, paper: Recipient, keller: Customer, session: Session
) -> Dispatch:
    """A letter with a PDF that has nothing in its window, on its way."""
    invoice: Document = factories.invoice_for(keller, "2026-0412")
    made(invoice, drawn((70, 400, "Invoice"), pages=3), session)
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    return one
