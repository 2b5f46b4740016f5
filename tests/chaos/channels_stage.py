"""Two houses that mail and post every document; and somebody who publishes them, come what may."""

import json
import threading
from dataclasses import dataclass, field
from io import BytesIO
from time import sleep

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.exc import DBAPIError

from app.core import clock, ids, runtime, sealing
from app.core.db import session
from app.core.errors import Refused
from app.core.journal import Actor
from app.core.runtime import Runtime
from app.delivery.channels.print_centre.form import PrintCentreForm
from app.delivery.models import ChannelSettings
from app.demo.print_centre import PrintCentre
from app.demo.print_files import PASSWORD, USER
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.life import State
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel, RecipientRole
from tests import cast, factories

HOUSES, CUSTOMERS = 2, 20
BATCH = 50
GONE = "gone"
"""Customers whose mailbox does not exist: the first of each house."""
BY = Actor("command", "chaos", "Chaos")


def prepare(here: Runtime, centres: list[PrintCentre], documents: int) -> list[str]:
    """Make houses, customers and `documents` documents that are ready; each goes out two ways."""
    with here.database.transaction():
        customers = [one for place, centre in enumerate(centres) for one in _house(place, centre)]
    ready: list[str] = []
    while len(ready) < documents:
        with here.database.transaction():
            for number in range(len(ready), min(len(ready) + BATCH, documents)):
                document = _document(customers[number % len(customers)], number)
                assert document.state is State.READY
                ready.append(document.id)
    return ready


def _house(number: int, centre: PrintCentre) -> list[Customer]:
    house = cast.found(f"chaos-{number}", f"House of Chaos {number}", publishes_at_once=False)
    values = dict(PrintCentreForm(formdata=None).data)
    values = {
        name: value for name, value in values.items() if "pass" not in name and "key" not in name
    }
    values |= {
        "host": "127.0.0.1",
        "port": centre.port,
        "username": USER,
        "fingerprints": centre.fingerprint,
        "return_address": house.name,
    }
    session().add(
        ChannelSettings(
            organisation_id=house.id,
            channel=Channel.PRINT,
            is_on=True,
            values=values,
            sealed_secrets=sealing.seal(json.dumps({"password": PASSWORD})),
            cost_minor=110,
            changed_at=clock.now(),
        )
    )
    return [_customer(house, place) for place in range(CUSTOMERS)]


def _customer(house: Organisation, place: int) -> Customer:
    mailbox = GONE if place == 0 else "c"
    email = f"{mailbox}{place}@{house.slug}.example"
    customer = cast.customer(house, f"K-{place}", f"Customer {place}", email)
    organisations.add_recipient(
        customer,
        factories.BY,
        role=RecipientRole.RELATIVE,
        name=f"Relative {place}",
        channel=Channel.PRINT,
        email=None,
        language="de",
        kinds=[],
    )
    return customer


def _document(customer: Customer, number: int) -> Document:
    said = factories.einvoice(f"C-{number}", buyer=customer.name, customer_number=customer.number)
    return factories.take_in(
        customer.organisation_id, said, content=_pdf(number), media_type="application/pdf"
    )


def _pdf(number: int) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.drawString(80, 400, f"Invoice C-{number} {ids.new()}")
    canvas.save()
    return target.getvalue()


@dataclass
class Publisher:
    """A program that publishes documents at its pace, and asks again when the database is cut."""

    here: Runtime
    documents: list[str]
    pause: float
    """Seconds between two of them."""
    repeated: int = 0
    done: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def is_done(self) -> bool:
        """Say whether everything is published."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        with runtime.using(self.here):
            for document_id in self.documents:
                while document_id not in self.done:
                    self._publish(document_id)
                sleep(self.pause)

    def _publish(self, document_id: str) -> None:
        try:
            with self.here.database.transaction():
                publication.publish(session().get_one(Document, document_id), BY)
        except DBAPIError:
            self.repeated += 1
            sleep(0.1)
            return
        except Refused:
            pass  # it was written, and only the answer was cut off
        self.done.add(document_id)
