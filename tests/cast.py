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
from app.bundles.actions import asking as bundling
from app.bundles.formats.archive import Archive
from app.bundles.models import Bundle
from app.bundles.rules import INDEX, Pattern
from app.comments.actions import writing as comments
from app.comments.models import Comment, CommentFile
from app.core import clock, ids, outbox, runtime
from app.core.db import session
from app.core.progress import WorkState
from app.core.storage import address
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.models import Dispatch
from app.documents.actions import attaching
from app.documents.actions.filtering import save_filter
from app.documents.formats.media_types import CSV
from app.documents.models import Audience, Document, SavedFilter
from app.documents.queries import Filters, files_of
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.listing import NEWEST
from app.evidence.actions import asking as evidence
from app.evidence.models import EvidencePack
from app.exports.actions import asking, making
from app.exports.formats import text_file
from app.exports.models import Export
from app.exports.rules import Format
from app.identity import actions as identity
from app.identity.actions import Browser
from app.identity.models import ApiKey, CapabilityLink, Person
from app.identity.proofs import mailed_code
from app.intake.models import Intake, IntakeItem, IntakeTable
from app.master_data.actions import books, changing
from app.master_data.models import DataBatch, DataChange
from app.master_data.rules import Difference
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.queries import recipients_of
from app.organisations.rules import CustomerKind, MemberRole
from app.organisations.rules.own_data import Field, values_of
from app.organisations.rules.portal import Access
from app.payments.models import Payment, PaymentPart
from app.payments.rules import Provider
from app.payments.rules import State as PaymentState
from app.portal.actions import runs
from app.releases.actions import DECIDED
from app.releases.models import Release, ReleaseItem
from app.releases.rules import ItemState
from app.renditions import queries as rendition_queries
from app.renditions.actions import making as rendering
from app.renditions.actions import wishes
from app.renditions.rules import Form
from app.webhooks.actions import endpoints
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import State as Told
from tests import factories
from tests.factories import BY
from tests.installation import BASE_URL
from tests.intake import packs
from tests.released import EVERYTHING

BROWSER = Browser("203.0.113.7", "Mozilla/5.0 (Tests)")
INTERNAL = "unter-vier-augen"
"""What an internal note says and its file is called: no customer ever reads it."""
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
    contact_id: str = ""
    """Of somebody of Keller's who joined later, see `tests.people`."""
    run_id: str = ""
    """The portal, given to all customers of the house at once."""
    rendition_id: str = ""
    """A PDF that was made of the invoice."""
    payment_id: str = ""
    """A payment of the invoice that was begun by the guest."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Name → token of a session."""
    keys: dict[str, str] = field(default_factory=dict)
    """Name of a program → token of its key."""
    api_key: ApiKey | None = None
    """The key of the program `key`."""
    export: Export | None = None
    """Ben's, ready to be downloaded."""
    bundle: Bundle | None = None
    """Ben's, ready to be downloaded."""
    pack: EvidencePack | None = None
    """Of the evidence about the invoice, asked for by Ben, ready to be downloaded."""
    saved: SavedFilter | None = None
    """Ben's own."""
    webhook: WebhookEndpoint | None = None
    told: WebhookDelivery | None = None
    """What the webhook was told: an event of no meaning."""
    comment_id: str = ""
    """Ben's, to Ruth Keller, about her invoice."""
    attachment_id: str = ""
    """Of a file that came with it."""
    change: DataChange | None = None
    """Ruth's, of Keller's account; it waits."""
    batch: DataBatch | None = None
    """Of a change of Huber's street."""


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
    came = identity.sign_in_with_code(code_id, mailed_code.code(code_id), BROWSER)
    assert isinstance(came, identity.Inside)
    return came.token


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
    webhook, told = _webhook(people["anna"])
    session().flush()
    comment_id, attachment_id = _comments(invoice, people["ben"])
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
        payment_id=_payment(invoice, link),
        tokens=tokens,
        keys=keys,
        api_key=api_key,
        export=export_of(people["ben"]),
        comment_id=comment_id,
        attachment_id=attachment_id,
        bundle=bundle_of(people["ben"]),
        pack=pack_of(people["ben"], invoice),
        saved=save_filter(staff(people["ben"]), "Invoices", "kind=invoice", is_shared=False),
        webhook=webhook,
        told=told,
        change=change_of(keller, people["ruth"], Field.IBAN, "CH9300762011623852957"),
        batch=_batch(huber, people["max"], people["ben"]),
    )


def _comments(document: Document, person: Person) -> tuple[str, str]:
    """Let somebody write to the customer with a file, and a note for the house with another."""
    for audience, text, name in (
        (Audience.CUSTOMER, "The hours are attached.", "hours.csv"),
        (Audience.INTERNAL, INTERNAL, f"{INTERNAL}.csv"),
    ):
        file = attaching.store(document.organisation_id, name, b"day;hours", CSV)
        comments.add(staff(person), document, audience, text, [file], ids.new())
    session().flush()
    comment, note = session().scalars(select(Comment).order_by(Comment.id))
    assert (comment.audience, note.audience) == (Audience.CUSTOMER, Audience.INTERNAL)
    rows = select(CommentFile.id).where(CommentFile.comment_id == comment.id)
    return comment.id, session().scalars(rows).one()


def person_of(of: Customer, person: Person, role: Role = Role.PRIMARY_CONTACT) -> Principal:
    """Return the principal of somebody of a customer, to whom everything is released."""
    return Principal(
        role=role,
        id=person.id,
        name=person.name,
        organisation_id=of.organisation_id,
        customer_id=of.id,
        rights=EVERYTHING,
    )


def change_of(of: Customer, person: Person, field: Field, value: str) -> DataChange:
    """Let a person of a customer want one of its data changed."""
    wanted = Difference(field, values_of(of)[field], value)
    changing.propose(of, person_of(of, person), [wanted])
    rows = select(DataChange).where(DataChange.customer_id == of.id, DataChange.field == field)
    found = session().scalars(rows.order_by(DataChange.id.desc())).first()
    assert found is not None
    return found


def _batch(of: Customer, person: Person, by: Person) -> DataBatch:
    change_of(of, person, Field.STREET, "Bergstrasse 1")
    return books.take(staff(by))


def export_of(person: Person) -> Export:
    """Take the list along, as somebody who works here does."""
    who = staff(person)
    rows = making.few(who, Filters(), NEWEST)
    one = asking.ask(who, Filters(), NEWEST, Format.CSV, is_small=rows is not None)
    made = making.make(making.plan(one), text_file.write, rows)
    asking.finish(one.id, made.rows, made.size, who.actor)
    session().refresh(one)
    return one


def bundle_of(person: Person) -> Bundle:
    """Take documents along as a ZIP, which lies in the storage already."""
    who = staff(person)
    one = bundling.ask(who, Filters(), (), Pattern.DATE, with_internal=False)
    invoices = session().scalars(
        select(Document.id).where(Document.organisation_id == who.organisation_id)
    )
    path = runtime.current().settings.runtime_dir / one.id
    with Archive(path) as archive:
        archive.add(INDEX, [b"Kind"], 4)
    runtime.current().storage.keep(who.organisation_id, one.id, path)
    bundling.finish(one.id, list(invoices), path.stat().st_size, who.actor)
    path.unlink()
    session().refresh(one)
    return one


def pack_of(person: Person, document: Document) -> EvidencePack:
    """Take the evidence about a document, which lies in the storage already."""
    who = staff(person)
    one = evidence.ask(who, document, with_internal=False)
    path = runtime.current().settings.runtime_dir / one.id
    with Archive(path) as archive:
        archive.add("README.txt", [b"Evidence"], 8)
    runtime.current().storage.keep(who.organisation_id, one.id, path)
    content = path.read_bytes()
    evidence.finish(one.id, 1, len(content), address(content), who.actor)
    path.unlink()
    session().refresh(one)
    return one


def staff(person: Person) -> Principal:
    """Return the principal of somebody who works here."""
    return Principal(
        role=Role.STAFF, id=person.id, name=person.name, organisation_id=person.organisation_id
    )


def _payment(document: Document, link: CapabilityLink) -> str:
    """Begin a payment that has not got anywhere."""
    payment = Payment(
        id=ids.new(),
        organisation_id=document.organisation_id,
        customer_id=link.customer_id,
        provider=Provider.MOLLIE,
        state=PaymentState.EXPIRED,
        currency="CHF",
        minor=document.open_minor or 1,
        by_kind="guest",
        by_id=link.id,
        by_name=link.name,
        created_at=clock.now(),
    )
    part = PaymentPart(
        payment_id=payment.id,
        document_id=document.id,
        lineage_id=document.lineage_id,
        version=1,
        minor=payment.minor,
        position=0,
    )
    session().add_all([payment, part])
    session().flush()
    return payment.id


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


def _webhook(anna: Person) -> tuple[WebhookEndpoint, WebhookDelivery]:
    """Add an endpoint that has taken one message, long ago."""
    who = administrator(anna)
    endpoint, _secret = endpoints.add(
        who, "https://hooks.example/kontor", "Accounting", ["quote.accepted"]
    )
    entry = endpoints.note("webhook.tested", endpoint, who.actor)
    told = WebhookDelivery(
        id=ids.new(),
        organisation_id=endpoint.organisation_id,
        endpoint_id=endpoint.id,
        entry_id=entry.id,
        event=entry.name,
        body='{"type":"webhook.tested"}',
        state=Told.DELIVERED,
        tries=1,
        failures=0,
        created_at=clock.now(),
        settled_at=clock.now(),
    )
    session().add(told)
    return endpoint, told


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
