"""How Haus Lindenhof looks, and what it says above its invoices; the other houses are as they came."""

from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.core.runtime import Runtime
from app.demo.actions import BY, fixed
from app.documents.rules.kinds import Kind
from app.organisations import actions as organisations
from app.organisations import queries
from app.organisations.rules.branding import Ending, Logo
from app.texts import actions as texts
from app.texts import queries as words
from app.texts.rules.words import Topic, Words, standard

DRESSED: Final = "lindenhof"
LOGO: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">'
    b'<path d="M24 44c-1-6-1-10 0-14C12 34 5 28 5 19 5 11 12 8 17 10c3 1 6 4 7 7 1-3 4-6 7-7 5-2 12 1 12 9 '
    b'0 9-7 15-19 11 1 4 1 8 0 14z" fill="#2f6b3a"/></svg>'
)
"""A linden leaf."""
PAGES: Final = {
    "imprint_url": "https://lindenhof.example/impressum",
    "privacy_url": "https://lindenhof.example/datenschutz",
}
NOTES: Final = {
    "de": "Fragen zur Rechnung [Invoice.number]? Sie erreichen uns unter [Company.phone], "
    "Montag bis Freitag von 8 bis 17 Uhr.",
    "en": "Questions about invoice [Invoice.number]? Call us on [Company.phone], "
    "Monday to Friday from 8 to 17.",
}


def dress(here: Runtime, organisation_id: str, slug: str) -> None:
    """Give the house its logo, its legal pages and its notes, once."""
    if slug != DRESSED:
        return
    sha256 = here.storage.put(organisation_id, LOGO)
    with here.database.transaction():
        house = queries.organisation_by_id(organisation_id)
        if house.logo is not None:
            return
        who = Principal(
            role=Role.ADMINISTRATOR, id=BY.id, name=BY.name, organisation_id=organisation_id
        )
        with fixed(f"{slug}/looks", 470):
            organisations.show_logo(house, who, Logo(sha256, Ending.SVG, 48, 48))
            organisations.change_organisation(house, who, **PAGES)
            for language, note in NOTES.items():
                of = Topic(Kind.INVOICE, language)
                if words.own(organisation_id, of) is None:
                    texts.save(who, of, _noted(of, note), 0)


def _noted(of: Topic, note: str) -> Words:
    usual = standard(of)
    return Words(usual.subject, usual.body, usual.button, note)
