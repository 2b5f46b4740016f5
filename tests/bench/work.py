"""Later work: how fast two workers take in files, send mails, and do nothing at all."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import monotonic, process_time, sleep

from sqlalchemy import func, select

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery import actions as delivery
from app.documents.actions import keeping
from app.documents.rules.kinds import Kind
from app.intake.actions import taking
from app.renditions.actions import wishes
from app.renditions.formats import pdf
from tests import cast, factories
from tests.bench.servers import free_port, memory
from tests.documents.invoices import UBL
from tests.installation import build
from tests.jobs.processes import environment, process, redis
from tests.renditions.formats import samples

PATIENCE = 180.0
BATCH = 100


def rates(url: str, folder: Path, share: float) -> dict[str, float]:
    """Return pieces of work per second, by name, and the memory of a worker in megabytes."""
    with ExitStack() as running:
        broker, _client = running.enter_context(redis())
        port = free_port()
        mails = [sys.executable, "-m", "app.demo.catcher", "--folder", str(folder / "mails")]
        running.enter_context(process([*mails, "--port", str(port)]))
        here = build(
            folder,
            database_url=url,
            redis_url=broker,
            mail_url=f"smtp://127.0.0.1:{port}?starttls=no",
        )
        environ = environment(here.settings)
        for module in ("jobs.relay", "jobs.worker", "jobs.worker"):
            one = running.enter_context(process([sys.executable, "-m", module], environ))
        with runtime.using(here):
            measured = {
                "files taken in": _rate(here, _files, int(200 * share)),
                "mails sent": _rate(here, _dispatches, int(1500 * share)),
                "PDFs with the e-invoice inside": _rate(here, _renditions, int(400 * share)),
                "jobs that do nothing": _rate(here, _nothing, int(4000 * share)),
            }
        measured["MB of a worker"] = memory([one.pid])
        measured["ms of a page"] = _drawing()
        here.database.engine.dispose()
    return measured


def _rate(here: Runtime, prepare: Callable[[Runtime, int], None], count: int) -> float:
    """Promise some work for warming up, then `count` pieces, and look how long they take.

    What the work is about is made, and promised, in one transaction: the clock starts when it ends.
    """
    prepare(here, 4)
    _await(here, 0)
    prepare(here, count)
    began = monotonic()
    _await(here, 0)
    return count / (monotonic() - began)


def _await(here: Runtime, rest: int) -> None:
    last = monotonic() + PATIENCE
    while monotonic() < last:
        with here.database.reading():
            if (session().scalar(select(func.count()).select_from(Promise)) or 0) <= rest:
                return
        sleep(0.05)
    raise RuntimeError("the workers did not finish")


def _house(here: Runtime, slug: str) -> str:
    with here.database.transaction():
        return cast.found(slug, f"House {slug}").id


def _files(here: Runtime, count: int) -> None:
    house = _house(here, f"files-{count}")
    contents = [
        UBL.replace("R-1001", f"R-{number}").replace("{documents}", "").encode()
        for number in range(count)
    ]
    stored = [keeping.store(house, "invoice.xml", content) for content in contents]
    with here.database.transaction():
        taking.start(house, factories.BY, stored, creates_customers=False)


def _dispatches(here: Runtime, count: int) -> None:
    with here.database.transaction():
        house = cast.found(f"mails-{count}", "House of Mails", publishes_at_once=False)
        customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        documents = [factories.invoice_for(customer, f"M-{number}") for number in range(count)]
        for document in documents:
            document.state = type(document.state).PUBLISHED
        session().flush()
        session().query(Promise).delete()
        for document in documents:
            delivery.dispatch_document(document.id)


def _renditions(here: Runtime, count: int) -> None:
    with here.database.transaction():
        house = cast.found(f"papers-{count}", "House of Papers", publishes_at_once=False)
        customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        documents = []
        for number in range(count):
            said = factories.einvoice(
                f"P-{number}", buyer=customer.name, customer_number=customer.number
            )
            sound = replace(said, specification="urn:cen.eu:en16931:2017")
            documents.append(factories.take_in(house.id, sound))
        for document in documents:
            document.state = type(document.state).PUBLISHED
            document.published_at = clock.now()
        session().flush()
        session().query(Promise).delete()
        for document in documents:
            wishes.wish_sheet(document.id)


def _drawing() -> float:
    """Return the milliseconds of CPU for one page with 20 lines, drawn and not yet embedded."""
    said = samples.with_lines(samples.invoice(), 20)
    took = []
    for _time in range(40):
        began = process_time()
        pdf.drawn(said, Kind.INVOICE, samples.HOUSE)
        took.append(process_time() - began)
    return median(took) * 1000


def _nothing(here: Runtime, count: int) -> None:
    with here.database.transaction():
        for number in range(count):
            outbox.promise("reactions.react", entry=f"nothing-{number}")
