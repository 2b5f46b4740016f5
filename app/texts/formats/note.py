"""The note that stands above a document on its page."""

from app.access.principal import Principal
from app.core import languages
from app.documents.models import Document
from app.organisations.models import Customer, Organisation
from app.texts import queries
from app.texts.formats.values import Reader, facts_of, values
from app.texts.rules.paragraphs import Block, blocks
from app.texts.rules.words import Topic


def note_for(
    who: Principal, document: Document, customer: Customer | None, house: Organisation
) -> tuple[Block, ...]:
    """Return the house's note for who reads a document, in the language spoken now; one SELECT."""
    of = Topic(document.kind, languages.current())
    found = queries.own(house.id, of)
    if found is None or not found.note:
        return ()
    reader = Reader(
        name=who.name,
        client_name=customer.name if customer else document.buyer_name,
        client_number=customer.number if customer else "",
        document_url=f"{house.base_url}/documents/{document.id}",
        client_url=f"{house.base_url}/home",
    )
    return blocks(found.note, document.kind, values(facts_of(document), house, reader))
