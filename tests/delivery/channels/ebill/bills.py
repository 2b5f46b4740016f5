"""PDFs of bills as Kontor makes them, without the wait for the official rules; and the engine's steps."""

from app.core import clock, ids, inbox, runtime
from app.core.db import session
from app.delivery import actions
from app.delivery.actions import handing, listening
from app.delivery.channels.adapter import Result
from app.delivery.channels.ebill.case import Case
from app.delivery.models import Dispatch
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.organisations.rules import Channel
from app.renditions.formats import archive, cii, pdf
from app.renditions.formats.archive import Label
from app.renditions.formats.wanted import House
from app.renditions.models import Rendition
from app.renditions.rules import INVOICES, RENDERER, State, fitted, sheet_form


def draw(document: Document, said: EInvoice) -> Rendition:
    """Give a document the PDF that a worker would have made."""
    form = sheet_form(document.kind)
    sheet = pdf.drawn(said, document.kind, House("Haus Lindenhof", "#335577", "CH"))
    label = Label(f"Rechnung {said.number}", "Haus Lindenhof", "de-CH", clock.now())
    if document.kind in INVOICES:
        content = archive.with_invoice(sheet, cii.written(fitted(said, form), {}), label)
    else:
        content = archive.plain(sheet, label)
    one = Rendition(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        form=form,
        state=State.MADE,
        sha256=runtime.current().storage.put(document.organisation_id, content),
        size=len(content),
        renderer=RENDERER,
        wanted_at=clock.now(),
        made_at=clock.now(),
    )
    session().add(one)
    session().flush()
    return one


def begun(dispatch: Dispatch) -> Case:
    """Begin an attempt."""
    case = actions.begin(dispatch.id)
    assert isinstance(case, Case), (dispatch.state, dispatch.answer)
    return case


def attempt(dispatch: Dispatch) -> tuple[Result, bool]:
    """Make one whole attempt; returns what came of it, and whether another follows by itself."""
    case = begun(dispatch)
    result = handing.hand_over(case)
    return result, actions.finish(case, result)


def hear(organisation_id: str) -> list[str]:
    """Listen to the partner until there is no more, and read all of it; returns what came of each."""
    has_more = True
    while has_more:
        begun_ = listening.begin(organisation_id, Channel.EBILL)
        assert begun_ is not None
        has_more = listening.keep(begun_, listening.listen(begun_))
    return read()


def read() -> list[str]:
    """Read every message that waits; returns what came of each."""
    came = []
    for message in inbox.unapplied():
        unread = listening.unread(message.id)
        assert unread is not None
        listening.apply(unread, listening.read(unread))
        came.append(message.outcome or "waits")
    return came
