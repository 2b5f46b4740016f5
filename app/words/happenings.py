"""The sentence and the tone of every line of the journal that a person may read."""

from typing import Any, Final

from app.core.journal import Entry
from app.core.languages import N_
from app.core.languages import gettext as _

HAPPENINGS: Final = {
    "document.taken_in": ("neutral", N_("Taken in from %(file)s")),
    "document.held": ("attention", N_("Taken in from %(file)s and held")),
    "document.customer_confirmed": ("neutral", N_("Customer %(customer)s confirmed")),
    "document.described": ("neutral", N_("Data entered by hand for %(number)s")),
    "document.pages_wanted": ("neutral", N_("All pages of %(file)s asked for")),
    "document.published": ("good", N_("Published")),
    "document.superseded": ("neutral", N_("Superseded by version %(by_version)s")),
    "document.discarded": ("neutral", N_("Discarded")),
    "document.withdrawn": ("neutral", N_("Withdrawn")),
    "document.form_ordered": ("neutral", N_("Ordered as %(form)s")),
    "document.form_made": ("good", N_("Made as %(form)s")),
    "document.form_impossible": ("attention", N_("Cannot be made as %(form)s")),
    "document.opened": ("good", N_("Opened")),
    "document.downloaded": ("good", N_("Downloaded")),
    "file.added": ("neutral", N_("File %(file)s added")),
    "file.removed": ("neutral", N_("File %(file)s removed")),
    "dispatch.queued": ("waiting", N_("Put off by the other side: %(to)s")),
    "dispatch.submitted": ("good", N_("Sent to %(to)s")),
    "dispatch.component_down": ("attention", N_("Could not be transmitted: %(to)s")),
    "dispatch.uncertain": ("attention", N_("Answer lost: %(to)s")),
    "dispatch.undeliverable": ("failed", N_("Undeliverable: %(to)s")),
    "dispatch.failed": ("failed", N_("Given up: %(to)s")),
    "dispatch.tried_again": ("neutral", N_("Sending to %(to)s ordered again")),
    "dispatch.withdrawn": ("neutral", N_("Sending to %(to)s withdrawn")),
    "dispatch.link_renewed": ("neutral", N_("New link ordered for %(to)s")),
    "dispatch.not_made": ("attention", N_("Not sent to %(to)s: not released in the portal")),
    "portal.address_made": ("neutral", N_("Portal address made")),
    "portal.address_renewed": ("neutral", N_("Portal address renewed")),
    "portal.address_revoked": ("neutral", N_("Portal address revoked")),
    "portal.address_sent": ("neutral", N_("Portal address sent to %(to)s")),
    "portal.access_changed": (
        "neutral",
        N_("Customer portal changed from %(former)s to %(access)s"),
    ),
    "portal.settings_changed": ("neutral", N_("What is released in the customer portal changed")),
    "portal.applied": ("neutral", N_("Customer portal set for %(customers)s customers at once")),
    "portal.undone": ("neutral", N_("Customer portal set back for %(customers)s customers")),
    "member.added": ("neutral", N_("Added as a member")),
    "person.signed_in": ("good", N_("Signed in")),
    "person.sign_in_failed": ("attention", N_("Wrong password from %(address)s")),
    "person.password_changed": ("neutral", N_("Password changed")),
    "person.disabled": ("neutral", N_("Access closed")),
    "person.enabled": ("neutral", N_("Access opened again")),
}
"""Name of a journal entry → tone and msgid; the entry's data fills it in."""


class _Known(dict[str, Any]):
    """The data of a journal entry; what an old entry does not say is a dash."""

    def __missing__(self, _key: str) -> str:
        return "–"


def happenings(entries: list[Entry]) -> list[tuple[Any, str, str, str]]:
    """Return (moment, sentence, who, tone) of journal entries, as timelines take them."""
    lines = []
    for entry in entries:
        tone, sentence = HAPPENINGS.get(entry.name, ("neutral", ""))
        told = _(sentence) % _Known(entry.data) if sentence else entry.name
        lines.append((entry.at, told, entry.actor_name, tone))
    return lines
