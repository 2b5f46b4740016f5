"""The mails about an answer: to who gave it, and to the seller, who hears of every one (UX-13)."""

from app.acceptance.models import QuoteAnswer
from app.acceptance.rules import REASON_NAMES
from app.core import text
from app.core.languages import N_
from app.core.languages import gettext as _
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.identity import queries as people
from app.identity.proofs import capability
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations.models import Organisation

Fact = tuple[str, str]

TO_SELLER = {
    Answer.ACCEPTED: (
        N_("Quote %(number)s is accepted"),
        N_("%(name)s has accepted your quote %(number)s."),
    ),
    Answer.REJECTED: (
        N_("Quote %(number)s is rejected"),
        N_("%(name)s has rejected your quote %(number)s."),
    ),
    Answer.REVISION_ASKED: (
        N_("A revision of quote %(number)s is wanted"),
        N_("%(name)s asks you to revise your quote %(number)s."),
    ),
}
TO_ANSWERER = {
    Answer.ACCEPTED: (
        N_("You have accepted quote %(number)s"),
        N_("Your acceptance of quote %(number)s has arrived. Keep this mail with your papers."),
    ),
    Answer.REJECTED: (
        N_("You have rejected quote %(number)s"),
        N_("Your rejection of quote %(number)s has arrived."),
    ),
    Answer.REVISION_ASKED: (
        N_("You have asked for a revision of quote %(number)s"),
        N_("Your wish about quote %(number)s has arrived. You will hear of a new version."),
    ),
}
"""Answer → subject and sentence."""


def tell(house: Organisation, document: Document, one: QuoteAnswer) -> None:
    """Tell the seller and who answered; call it in the transaction of the answer."""
    about = ("document", document.id)
    seller = Addressee(house.contact_email, house.name, house.language)
    page = f"{house.base_url}/documents/{document.id}"
    notices.tell(
        *(house, seller),
        lambda: _said(TO_SELLER, document, one, page),
        key=f"quote-answer:{one.id}:house",
        about=about,
    )
    found = _answerer(house, document, one)
    if found is not None:
        to, address = found
        notices.tell(
            *(house, to),
            lambda: _said(TO_ANSWERER, document, one, address),
            key=f"quote-answer:{one.id}:answerer",
            about=about,
        )


def tell_reopened(house: Organisation, document: Document, one: QuoteAnswer) -> None:
    """Tell who had answered that the quote waits again."""
    found = _answerer(house, document, one)
    if found is not None:
        to, address = found
        notices.tell(
            *(house, to),
            lambda: _reopened(house, document, one, address),
            key=f"quote-answer:{one.id}:reopened",
            about=("document", document.id),
        )


def _said(
    words: dict[Answer, tuple[str, str]], document: Document, one: QuoteAnswer, url: str
) -> Said:
    subject, sentence = words[one.answer]
    return Said(
        subject=_(subject, number=document.number),
        sentences=(_(sentence, number=document.number, name=one.name),),
        label=_("Show the quote"),
        url=url,
        quote=one.words,
        facts=tuple(facts(document, one)),
    )


def _reopened(house: Organisation, document: Document, one: QuoteAnswer, url: str) -> Said:
    opened = _(
        "%(organisation)s has opened quote %(number)s again. Your answer before is kept.",
        organisation=house.name,
        number=document.number,
    )
    return Said(
        subject=_("Quote %(number)s is open again", number=document.number),
        sentences=(opened, _("You can answer it anew.")),
        label=_("Show the quote"),
        url=url,
        quote=one.reopened_because or "",
    )


def facts(document: Document, one: QuoteAnswer) -> list[Fact]:
    """Return what an answer says, label and value, in the language spoken now."""
    reason = _(REASON_NAMES[one.reason]) if one.reason else ""
    found = [
        (_("Name"), one.name),
        (_("Answered on"), text.moment(one.at)),
        (_("Quote"), document.number),
        (_("Version"), str(document.version)),
        (_("Total"), text.money(document.total) if document.total else ""),
        (_("Order number"), one.order_number),
        (_("Cost centre"), one.cost_centre),
        (_("Reason"), reason),
        (_("Fingerprint of the file (SHA-256)"), short(document.original)),
    ]
    return [(label, value) for label, value in found if value]


def short(sha256: str) -> str:
    """Return the beginning of a fingerprint, as people compare it: four groups of four."""
    return " ".join(sha256[place : place + 4] for place in range(0, 16, 4))


def _answerer(
    house: Organisation, document: Document, one: QuoteAnswer
) -> tuple[Addressee, str] | None:
    """Return who answered and where they see it: a guest by their link, a person signed in."""
    if one.by_kind == "guest":
        link = people.link_by_id(one.by_id)
        if link is None:
            return None
        to = Addressee(link.email, link.name, link.language)
        return to, capability.url(house.base_url, link.id)
    person = people.person_by_id(one.by_id)
    if person is None:
        return None
    page = f"{house.base_url}/documents/{document.id}/acceptance"
    return Addressee(person.email, person.name, person.language), page
