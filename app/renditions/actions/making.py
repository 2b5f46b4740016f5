"""Making renditions: read what is wanted, make it outside of any transaction, write it down."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app.acceptance import queries as acceptance
from app.acceptance.models import QuoteAnswer
from app.core import clock, journal, runtime
from app.core.db import session
from app.core.languages import choose
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import FileRole
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.organisations.rules.branding import Ending
from app.renditions import queries
from app.renditions.actions.wishes import MAKE, want
from app.renditions.formats.apart import made
from app.renditions.formats.wanted import House, ImpossibleError, Reader, Stamp, Wish
from app.renditions.models import Rendition
from app.renditions.rules import Form, Reason, State

BY = journal.Actor("job", MAKE, "Kontor")


@dataclass(frozen=True, slots=True)
class Order:
    """What a job needs to make a rendition, read in one transaction."""

    rendition_id: str
    document_id: str
    organisation_id: str
    form: Form
    kind: Kind
    content: dict[str, object]
    attachments: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each."""
    house: House
    reader: Reader
    moment: datetime
    """The document's own: when it was published; of a stamp, when it was accepted."""
    stamp: Stamp | None = None
    logo: str | None = None
    """SHA-256 of the organisation's, where it is a picture."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the address and size of the bytes, or why there are none."""

    sha256: str | None = None
    size: int | None = None
    reason: Reason | None = None
    detail: str = ""


def order(rendition_id: str) -> Order | None:
    """Return what is needed to make a rendition; None where nothing is to be made."""
    rendition = queries.by_id(rendition_id)
    if rendition is None or rendition.state is not State.WANTED:
        return None
    document = documents.by_id(rendition.document_id)
    assert document is not None
    content = documents.content_of(document).einvoice
    assert content is not None
    organisation = organisations.organisation_by_id(document.organisation_id)
    customer = organisations.customer_by_id(document.customer_id or "")
    language = choose(customer.language if customer else None, organisation.language)
    region = (customer.country if customer else "") or organisation.country
    attachments = tuple(
        (file.name, file.sha256)
        for file in documents.files_of(document)
        if file.role is FileRole.ATTACHMENT
    )
    accepted = acceptance.by_id(rendition.answer_id) if rendition.answer_id else None
    published_at = document.published_at or document.created_at
    return Order(
        rendition_id=rendition.id,
        document_id=document.id,
        organisation_id=document.organisation_id,
        form=rendition.form,
        kind=document.kind,
        content=content,
        attachments=attachments,
        house=House(organisation.name, organisation.accent, organisation.country),
        reader=Reader(language, region, organisation.timezone),
        moment=accepted.at if accepted else published_at,
        stamp=_stamp(accepted, organisation.timezone) if accepted else None,
        logo=_logo(organisation),
    )


def _stamp(accepted: QuoteAnswer, timezone: str) -> Stamp:
    day = accepted.at.astimezone(ZoneInfo(timezone)).date()
    return Stamp(day.isoformat(), accepted.name, accepted.order_number)


def _logo(organisation: Organisation) -> str | None:
    """Return the address of the logo where it can stand on a sheet."""
    logo = organisation.shown_logo
    return logo.sha256 if logo is not None and logo.ending is Ending.PNG else None


def make(asked: Order) -> Result:
    """Make the bytes and store them; slow, and outside of any transaction."""
    here = runtime.current()
    storage, owner = here.storage, asked.organisation_id
    wanted = Wish(
        form=asked.form,
        kind=asked.kind,
        einvoice=EInvoice.from_json(asked.content),
        embedded={name: storage.read(owner, sha256) for name, sha256 in asked.attachments},
        house=asked.house,
        reader=asked.reader,
        moment=asked.moment,
        stamp=asked.stamp,
        logo=storage.read(owner, asked.logo) if asked.logo else b"",
    )
    try:
        content = made(wanted, RuleEngine(here.settings.runtime_dir))
    except ImpossibleError as error:
        return Result(reason=error.reason, detail=error.detail[:200])
    return Result(storage.put(owner, content), len(content))


def keep(asked: Order, result: Result) -> None:
    """Write down what came of it, once; where no e-invoice can be inside, a plain PDF is wanted."""
    is_made = result.sha256 is not None
    document = documents.by_id(asked.document_id)
    if document is None or not _settle(asked.rendition_id, result):
        return
    name = "document.form_made" if is_made else "document.form_impossible"
    form = Form.PDF if asked.form is Form.STAMPED else asked.form
    publication.note(name, document, BY, form=form.value.upper())
    if not is_made and asked.form is Form.FACTURX:
        want(document, Form.PDF)


def give_up(rendition_id: str) -> None:
    """Say that a rendition could not be made after several tries."""
    asked = order(rendition_id)
    if asked is not None:
        keep(asked, Result(reason=Reason.GIVEN_UP))


def _settle(rendition_id: str, result: Result) -> bool:
    """Move a rendition from wanted to its end; False where another did."""
    change = (
        update(Rendition)
        .where(Rendition.id == rendition_id, Rendition.state == State.WANTED)
        .values(
            state=State.IMPOSSIBLE if result.sha256 is None else State.MADE,
            sha256=result.sha256,
            size=result.size,
            reason=result.reason,
            detail=result.detail,
            made_at=clock.now(),
        )
        .returning(Rendition.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(change).first() is not None
