"""The administrators learn that an endpoint is told nothing any more."""

from functools import partial

from app.core.languages import gettext as _
from app.notices import actions as notices
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.webhooks.models import WebhookEndpoint
from app.webhooks.rules import EndpointState


def tell_administrators(endpoint: WebhookEndpoint, occasion: str) -> None:
    """Tell everybody who runs the house, once for each `occasion` (the id of its journal entry)."""
    house = organisations.organisation_by_id(endpoint.organisation_id)
    url = f"{house.base_url}/settings/webhooks/{endpoint.id}"
    for person in organisations.administrators(house.id):
        notices.tell(
            house,
            Addressee(person.email, person.name, person.language),
            partial(_said, endpoint, url),
            key=f"webhook:{occasion}:{person.id}",
            about=("webhook", endpoint.id),
        )


def _said(endpoint: WebhookEndpoint, url: str) -> Said:
    """Return the notice, in the language spoken now."""
    if endpoint.state is EndpointState.GONE:
        subject = _("A webhook was switched off by the other side")
        sentences = (
            _("The program at the address below answered that it wants no more messages (410)."),
            _("Kontor sends it nothing from now on."),
        )
    else:
        subject = _("A webhook is paused")
        sentences = (
            _("The program at the address below has not taken a single message for five days."),
            _(
                "Kontor keeps what happens from now on. Switch it on and send again what is missing."
            ),
        )
    return Said(
        subject=subject,
        sentences=sentences,
        label=_("Open the webhook"),
        url=url,
        facts=((_("Address"), endpoint.url),),
    )
