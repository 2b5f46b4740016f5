"""Administrators are told where something stopped by itself."""

from functools import partial

from app.core.journal import Entry
from app.core.languages import gettext as _
from app.notices.actions import tell
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations


def tell_of_paused_letters(happened: Entry) -> None:
    """Tell the administrators that letters pause, once for each time that they do (PY-29)."""
    house = organisations.organisation_by_id(happened.object_id)
    for person in organisations.administrators(house.id):
        tell(
            house,
            Addressee(person.email, person.name, person.language),
            partial(_paused, happened, f"{house.base_url}/settings/channels/returns"),
            key=f"letters-paused:{happened.id}:{person.id}",
            about=("organisation", house.id),
        )


def _paused(happened: Entry, url: str) -> Said:
    """Return the notice, in the language spoken now."""
    return Said(
        subject=_("Letters pause"),
        sentences=(
            _(
                "Half of the mails of the last seven days came back. That happens where addresses "
                "are wrong, or where other servers take no mail from yours any more."
            ),
            _(
                "Kontor holds further mails, and letters in place of them, until you let them go on."
            ),
        ),
        label=_("Open the settings"),
        url=url,
        facts=(
            (_("Mails sent"), str(happened.data.get("sent", ""))),
            (_("Undeliverable"), str(happened.data.get("undeliverable", ""))),
        ),
    )
