"""The cast: Anna runs the house, Ben helps her, Olga audits; Ruth Keller and Max Huber are customers.

Dora runs another organisation: to everybody here she is a stranger. Paul worked here and is disabled.
Programs have keys: one of the house, one that only reads, one that was revoked, one of Dora's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.access.grants import GRANTS, Can, Role
from app.access.principal import Principal
from app.core import clock, ids, outbox
from app.core.db import session
from app.core.progress import WorkState
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.models import Dispatch
from app.documents.actions.filtering import save_filter
from app.documents.models import Document, SavedFilter
from app.documents.queries import Filters, files_of
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.listing import NEWEST
from app.exports.actions import asking, making
from app.exports.formats import text_file
from app.exports.models import Export
from app.exports.rules import Format
from app.identity import actions as identity
from app.identity.actions import Browser
from app.identity.models import ApiKey, CapabilityLink, Person
from app.identity.proofs import mailed_code
from app.intake.models import Intake, IntakeItem, IntakeTable
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.queries import recipients_of
from app.organisations.rules import CustomerKind, MemberRole
from app.organisations.rules.portal import Access
from app.portal.actions import runs
from app.releases.actions import DECIDED
from app.releases.models import Release, ReleaseItem
from app.releases.rules import ItemState
from app.renditions import queries as rendition_queries
from app.renditions.actions import making as rendering
from app.renditions.actions import wishes
from app.renditions.rules import Form
from tests import factories
from tests.factories import BY
from tests.installation import BASE_URL
from tests.intake import packs

BROWSER = Browser("203.0.113.7", "Mozilla/5.0 (Tests)")
FATAL = Finding("BR-CO-15", Severity.FATAL, "The total is wrong.", "BT-112", language="en")


@dataclass
class Cast:
    """People, and the things that they may or may not see."""

    lindenhof: Organisation
    brandt: Organisation
    anna: Person
    ben: Person
    olga: Person
    paul: Person
    dora: Person
    ruth: Person
    max: Person
    keller: Customer
    huber: Customer
    invoice: Document
    """Published, for Keller."""
    held: Document
    hubers: Document
    """Published, for Huber."""
    strangers: Document
    """Published by Brandt for one of theirs."""
    dispatch: Dispatch
    intake: Intake
    table: IntakeTable
    """A draft; its columns are chosen."""
    intake_item: IntakeItem
    release: Release
    """Of Keller's invoice; it was refused."""
    recipient: Recipient
    link: CapabilityLink
    expired_link: CapabilityLink
    file_id: str = ""
    run_id: str = ""
    """The portal, given to all customers of the house at once."""
    rendition_id: str = ""
    """A PDF that was made of the invoice."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Name → token of a session."""
    keys: dict[str, str] = field(default_factory=dict)
    """Name of a program → token of its key."""
    api_key: ApiKey | None = None
    """The key of the program `key`."""
    export: Export | None = None
    """Ben's, ready to be downloaded."""
    saved: SavedFilter | None = None
    """Ben's own."""


def found(slug: str, name: str, **values: object) -> Organisation:
    """Found an organisation with plain settings."""
    plain = {
        "language": "en",
        "country": "CH",
        "timezone": "Europe/Zurich",
        "currency": "CHF",
        "base_url": BASE_URL,
        "accent": "#17586b",
        "contact_email": f"office@{slug}.example",
        "contact_phone": "+41 44 123 45 67",
        "sender_name": name,
        "sender_email": f"post@{slug}.example",
    }
    return organisations.found(BY, slug=slug, name=name, **(plain | values))


def member(organisation: Organisation, name: str, role: MemberRole) -> Person:
    """Give somebody a login of an organisation."""
    email = f"{name.split()[0].lower()}@{organisation.slug}.example"
    return organisations.add_member(
        organisation.id, BY, email=email, name=name, role=role, language=None
    )


def customer(organisation: Organisation, number: str, name: str, email: str | None) -> Customer:
    """Add a private customer."""
    return organisations.add_customer(
        organisation.id,
        BY,
        number=number,
        kind=CustomerKind.PRIVATE,
        name=name,
        email=email,
        street="Seestrasse 12",
        postcode="8002",
        city="Zürich",
        country="CH",
    )


def contact(of: Customer, name: str) -> Person:
    """Give a person of a customer a login."""
    email = f"{name.split()[0].lower()}@kunden.example"
    return organisations.add_contact(of, BY, email=email, name=name, language=None)


def sign_in(person: Person) -> str:
    """Return the token of a new session, through a mailed code."""
    code_id = identity.ask_for_code(person.email)
    session().flush()
    token = identity.sign_in_with_code(code_id, mailed_code.code(code_id), BROWSER)
    assert token is not None
    return token


def set_the_stage() -> Cast:
    """Make everybody and everything, in the transaction that is open."""
    lindenhof, brandt = found("lindenhof", "Haus Lindenhof"), found("brandt", "Brandt GmbH")
    people = {
        "anna": member(lindenhof, "Anna Amsler", MemberRole.ADMINISTRATOR),
        "ben": member(lindenhof, "Ben Brunner", MemberRole.STAFF),
        "olga": member(lindenhof, "Olga Oser", MemberRole.AUDITOR),
        "paul": member(lindenhof, "Paul Pfister", MemberRole.STAFF),
        "dora": member(brandt, "Dora Brandt", MemberRole.ADMINISTRATOR),
    }
    keller = customer(lindenhof, "K-1", "Ruth Keller", "ruth@kunden.example")
    huber = customer(lindenhof, "K-2", "Max Huber", "max@kunden.example")
    people |= {"ruth": contact(keller, "Ruth Keller"), "max": contact(huber, "Max Huber")}
    guest = customer(brandt, "K-1", "Fremde AG", "fremd@firma.example")
    invoice = factories.invoice_for(keller, "2026-0412")
    held = factories.take_in(
        lindenhof.id,
        factories.einvoice("2026-0413", buyer=huber.name, customer_number=huber.number),
        findings=(FATAL,),
    )
    hubers = factories.invoice_for(huber, "2026-0414")
    strangers = factories.invoice_for(guest, "R-1", seller="Brandt GmbH")
    for document in (invoice, hubers, strangers):
        delivery.dispatch_document(document.id)
    for document in (invoice, hubers):
        factories.preview_of(document)
    tokens = {name: sign_in(person) for name, person in people.items()}
    (dispatch,) = deliveries.of_document(invoice.id)
    link, expired = _links(invoice, keller)
    tokens |= {"guest": _open(link), "expired": _open(expired)}
    expired.expires_at = clock.now() - timedelta(days=1)
    people["paul"].disabled_at = clock.now()
    keys, api_key = _keys(people["anna"], people["dora"])
    session().flush()
    return Cast(
        lindenhof=lindenhof,
        brandt=brandt,
        **people,
        keller=keller,
        huber=huber,
        invoice=invoice,
        held=held,
        hubers=hubers,
        strangers=strangers,
        dispatch=dispatch,
        intake=_intake(lindenhof),
        table=packs.brought(lindenhof.id),
        intake_item=session().scalars(select(IntakeItem).order_by(IntakeItem.id)).all()[0],
        release=_release(invoice, people["ben"]),
        recipient=recipients_of(keller.id)[0],
        link=link,
        expired_link=expired,
        file_id=files_of(invoice)[0].id,
        run_id=_run(people["anna"]),
        rendition_id=_rendition(invoice),
        tokens=tokens,
        keys=keys,
        api_key=api_key,
        export=export_of(people["ben"]),
        saved=save_filter(staff(people["ben"]), "Invoices", "kind=invoice", is_shared=False),
    )


def export_of(person: Person) -> Export:
    """Take the list along, as somebody who works here does."""
    who = staff(person)
    rows = making.few(who, Filters(), NEWEST)
    one = asking.ask(who, Filters(), NEWEST, Format.CSV, is_small=rows is not None)
    made = making.make(making.plan(one), text_file.write, rows)
    asking.finish(one.id, made.rows, made.size, who.actor)
    session().refresh(one)
    return one


def staff(person: Person) -> Principal:
    """Return the principal of somebody who works here."""
    return Principal(
        role=Role.STAFF, id=person.id, name=person.name, organisation_id=person.organisation_id
    )


def _run(anna: Person) -> str:
    run_id = ids.new()
    runs.apply(run_id, Access.YES, administrator(anna))
    return run_id


def _rendition(document: Document) -> str:
    """Have a PDF made, as the job does: without an e-invoice inside, for that takes official rules."""
    wishes.want(document, Form.PDF)
    (found,) = rendition_queries.of_document(document.id)
    asked = rendering.order(found.id)
    assert asked is not None
    rendering.keep(asked, rendering.make(asked))
    return found.id


def _keys(anna: Person, dora: Person) -> tuple[dict[str, str], ApiKey]:
    own, token = key_of(anna, "Accounting", GRANTS[Role.API_KEY])
    _reading, reading = key_of(anna, "Reports", {Can.READ_DOCUMENTS})
    revoked_key, revoked = key_of(anna, "Old accounting", GRANTS[Role.API_KEY])
    identity.revoke_api_key(revoked_key, administrator(anna))
    _strange, strange = key_of(dora, "Foreign", GRANTS[Role.API_KEY])
    tokens = {
        "key": token,
        "reading_key": reading,
        "revoked_key": revoked,
        "strange_key": strange,
    }
    return tokens, own


def key_of(person: Person, name: str, scopes: Iterable[Can]) -> tuple[ApiKey, str]:
    """Make a key as an administrator does."""
    return identity.make_api_key(administrator(person), name, scopes)


def administrator(person: Person) -> Principal:
    """Return the principal of an administrator."""
    return Principal(
        role=Role.ADMINISTRATOR,
        id=person.id,
        name=person.name,
        organisation_id=person.organisation_id,
    )


def _links(document: Document, of: Customer) -> tuple[CapabilityLink, CapabilityLink]:
    one, other = (
        identity.make_link(
            document.organisation_id,
            of.id,
            document.lineage_id,
            document.id,
            email=email,
            name="Ruth Keller",
            language="en",
        )
        for email in ("ruth@kunden.example", "tochter@kunden.example")
    )
    session().flush()
    return one, other


def _open(link: CapabilityLink) -> str:
    token = identity.open_link(link, BROWSER)
    assert token is not None
    return token


def _intake(organisation: Organisation) -> Intake:
    first = (
        session()
        .scalars(
            select(Intake).where(Intake.organisation_id == organisation.id).order_by(Intake.id)
        )
        .first()
    )
    assert first is not None
    return first


def _release(document: Document, person: Person) -> Release:
    """Make a release that came too late for its only document."""
    release = Release(
        id=ids.new(),
        organisation_id=document.organisation_id,
        by_kind="person",
        by_id=person.id,
        by_name=person.name,
        created_at=clock.now(),
        total=1,
        state=WorkState.FINISHED,
    )
    item = ReleaseItem(
        release_id=release.id,
        position=0,
        organisation_id=document.organisation_id,
        document_id=document.id,
        state=ItemState.REFUSED,
        reason=DECIDED,
    )
    session().add_all([release, item])
    session().flush()
    return release


def work_is_promised(task: str) -> bool:
    """Say whether the open outbox holds a task, for tests of actions."""
    return bool(
        session().scalar(select(outbox.Promise.id).where(outbox.Promise.task == task).limit(1))
    )
