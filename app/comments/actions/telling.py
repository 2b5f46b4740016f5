"""Telling the other side: what one author writes within some minutes is one notice to each reader.

Nothing is told at once: what is changed or withdrawn meanwhile goes out as it stands at the end, or
not at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import update

from app.access.grants import Can
from app.access.principal import Principal
from app.comments import queries, rules
from app.comments.models import Comment
from app.comments.rules import GATHERED, Side
from app.core import clock, outbox
from app.core.db import session
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.kinds import NAMES
from app.documents.rules.life import FOR_CUSTOMERS
from app.identity import queries as identity
from app.identity.proofs import capability
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Organisation

TELL = "comments.tell"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to be told, and where their way in leads."""

    addressee: Addressee
    url: str


def gather(document_id: str) -> None:
    """Promise that the other side is told of what was written about a document, some minutes later.

    An author's promise that is open already holds for what they write meanwhile.
    """
    document = documents.by_id(document_id)
    if document is None:
        return
    for author_id in queries.untold_authors(document.lineage_id):
        outbox.promise(
            TELL,
            organisation_id=document.organisation_id,
            key=f"{TELL}:{document.lineage_id}:{author_id}",
            delay=GATHERED,
            lineage=document.lineage_id,
            author=author_id,
        )


def tell(lineage: str, author: str) -> None:
    """Tell the other side of all that one author wrote about a document and nobody was told of."""
    told = _mark(queries.untold(lineage, author))
    kept = [comment for comment in told if comment.withdrawn_at is None]
    document = documents.by_id(kept[-1].document_id) if kept else None
    if document is None or document.state not in FOR_CUSTOMERS:
        return
    house = organisations.organisation_by_id(document.organisation_id)
    count = queries.count_of_files([comment.id for comment in kept])
    for address, reader in _readers(house, document, kept[-1]).items():
        notices.tell(
            house,
            reader.addressee,
            partial(_said, house, document, kept, count, reader.url),
            key=f"comment:{kept[0].id}:{rules.fingerprint(address)[:40]}",
            about=("document", document.id),
        )


def _mark(comments: list[Comment]) -> list[Comment]:
    """Note that these are told; return those that nobody else has noted."""
    marked = (
        update(Comment)
        .where(Comment.id.in_([one.id for one in comments]), Comment.told_at.is_(None))
        .values(told_at=clock.now())
        .returning(Comment.id)
    )
    ids = set(session().scalars(marked))
    return [comment for comment in comments if comment.id in ids]


def _readers(house: Organisation, document: Document, comment: Comment) -> dict[str, Reader]:
    """Return whom to tell, once for each address; never who wrote it (UX-17)."""
    side = _house_side if comment.side is Side.CUSTOMER else _customer_side
    found: dict[str, Reader] = {}
    for reader in side(house, document):
        found.setdefault(reader.addressee.address.strip().lower(), reader)
    for nobody in ("", _address_of(comment)):
        found.pop(nobody, None)
    return found


def _address_of(comment: Comment) -> str:
    by_link = comment.author_kind == "guest"
    look = identity.link_by_id if by_link else identity.person_by_id
    author = look(comment.author_id)
    return author.email if author is not None else ""


def _house_side(house: Organisation, document: Document) -> Iterator[Reader]:
    url = _page(house, document)
    for person in queries.members_who_wrote(document.lineage_id):
        yield Reader(Addressee(person.email, person.name, person.language), url)
    yield Reader(Addressee(house.contact_email, house.name, house.language), url)


def _customer_side(house: Organisation, document: Document) -> Iterator[Reader]:
    """Yield contacts first: their account shows more than a link does."""
    customer_id = document.customer_id or ""
    for _contact, person in organisations.contacts_of(customer_id):
        who = organisations.contact_as_principal(house.id, person.id)
        if who is not None and person.disabled_at is None and _reads(who, document):
            addressee = Addressee(person.email, person.name, who.language)
            yield Reader(addressee, _page(house, document))
    for link in queries.open_links(document.lineage_id, customer_id, clock.now()):
        if _reads(organisations.link_as_principal(link), document):
            url = capability.url(house.base_url, link.id)
            yield Reader(Addressee(link.email, link.name, link.language), url)


def _reads(who: Principal, document: Document) -> bool:
    kind = document.kind.value
    return who.may(Can.READ_DOCUMENTS, kind) and who.may(Can.COMMENT_DOCUMENTS, kind)


def _page(house: Organisation, document: Document) -> str:
    return f"{house.base_url}/documents/{document.id}#comments"


def _said(
    house: Organisation, document: Document, comments: list[Comment], files: int, url: str
) -> Said:
    """Word the notice in the language spoken now."""
    last, count = comments[-1], len(comments)
    is_ours = last.side is Side.HOUSE
    name = f"{last.author_name}, {house.name}" if is_ours else last.author_name
    subject = ngettext(
        "New comment: %(kind)s %(number)s",
        "%(num)d new comments: %(kind)s %(number)s",
        count,
        kind=_(NAMES[document.kind]),
        number=document.number,
    )
    wrote = ngettext(
        "%(name)s wrote a comment.", "%(name)s wrote %(num)d comments.", count, name=name
    )
    came = ngettext("%(num)d file came with it.", "%(num)d files came with it.", files)
    return Said(
        subject=subject,
        sentences=(f"{wrote} {came}" if files else wrote,),
        label=_("Read and answer"),
        url=url,
        quote=rules.quote([comment.text for comment in comments]),
    )
