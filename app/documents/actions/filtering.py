"""Keeping filters of the list under a name."""

from sqlalchemy import delete, select

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import SavedFilter
from app.documents.queries import saved
from app.identity.models import Person

MOST = 20
"""Filters that one person keeps."""


def save_filter(who: Principal, name: str, query: str, *, is_shared: bool) -> SavedFilter:
    """Keep a filter; raises `Refused` beyond `MOST`, or where nothing is filtered."""
    if not query:
        raise Refused(_("There is no filter to keep. Narrow the list first."))
    # One at a time: two tabs together keep no more than one person may.
    session().execute(select(Person.id).where(Person.id == who.id).with_for_update())
    if saved.own_filters(who.id) >= MOST:
        raise Refused(
            _("You keep %(count)s filters already. Delete one that you do not need.", count=MOST)
        )
    one = SavedFilter(
        id=ids.new(),
        organisation_id=who.organisation_id,
        person_id=who.id,
        name=name,
        query=query,
        is_shared=is_shared and who.may(Can.DECIDE_DOCUMENTS),
        created_at=clock.now(),
    )
    session().add(one)
    _note("filter.saved", one, who)
    return one


def rename_filter(one: SavedFilter, name: str, who: Principal) -> None:
    """Give a filter another name."""
    one.name = name
    _note("filter.renamed", one, who)


def remove_filter(one: SavedFilter, who: Principal) -> None:
    """Forget a filter; what it showed stays where it is."""
    session().execute(delete(SavedFilter).where(SavedFilter.id == one.id))
    _note("filter.removed", one, who)


def _note(name: str, one: SavedFilter, who: Principal) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=one.organisation_id,
        about=("filter", one.id),
        called=one.name,
    )
