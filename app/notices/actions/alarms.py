"""Those who run a house learn what Kontor stopped by itself."""

from functools import partial

from app.core.journal import Entry
from app.core.languages import gettext as _
from app.notices.actions.telling import tell
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations


def tell_of_paused_messages(happened: Entry) -> None:
    """Tell the administrators that text messages are paused, once for each time that they were."""
    house = organisations.organisation_by_id(happened.object_id)
    for person in organisations.administrators(house.id):
        tell(
            house,
            Addressee(person.email, person.name, person.language),
            partial(_paused, happened, f"{house.base_url}/settings/sms"),
            key=f"sms-paused:{happened.id}:{person.id}",
            about=("organisation", house.id),
        )


def _paused(happened: Entry, url: str) -> Said:
    """Return the notice, in the language spoken now."""
    return Said(
        subject=_("Text messages are paused"),
        sentences=(
            _(
                "Hardly any of the codes sent to one country by text message were used. That happens "
                "where somebody has codes sent only to earn by them."
            ),
            _("Kontor sends no more text messages until you let them go on."),
        ),
        label=_("Open the settings"),
        url=url,
        facts=(
            (_("Country"), str(happened.data.get("country", ""))),
            (_("Codes sent"), str(happened.data.get("codes", ""))),
            (_("Codes used"), str(happened.data.get("used", ""))),
        ),
    )
