"""The sentence and the tone of every line of the journal that a person may read."""

from typing import Any, Final

from app.core.journal import Entry
from app.core.languages import N_
from app.core.languages import gettext as _
from app.federation.rules import REASON_NAMES, Reason
from app.organisations.rules.own_data import FIELD_NAMES, Field

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
    "document.fetched": ("neutral", N_("Link fetched, perhaps by a machine")),
    "document.opened": ("good", N_("Opened")),
    "document.downloaded": ("good", N_("Downloaded")),
    "payment.started": ("waiting", N_("Payment of %(amount)s %(currency)s begun")),
    "payment.received": ("good", N_("Payment of %(amount)s %(currency)s received")),
    "quote.accepted": ("good", N_("Quote accepted by %(accepted_by)s")),
    "quote.rejected": ("attention", N_("Quote rejected")),
    "quote.revision_asked": ("attention", N_("Revision of the quote asked for")),
    "quote.reopened": ("neutral", N_("Quote opened again: %(because)s")),
    "bundle.asked": ("neutral", N_("ZIP file asked for")),
    "bundle.made": ("good", N_("ZIP file made, documents: %(documents)s")),
    "bundle.failed": ("attention", N_("ZIP file could not be made")),
    "bundle.downloaded": ("good", N_("ZIP file downloaded, documents: %(documents)s")),
    "bundle.expired": ("neutral", N_("ZIP file deleted, documents: %(documents)s")),
    "evidence.asked": ("neutral", N_("Evidence pack asked for")),
    "evidence.made": ("good", N_("Evidence pack made")),
    "evidence.failed": ("failed", N_("Evidence pack could not be made")),
    "evidence.downloaded": ("neutral", N_("Evidence pack downloaded")),
    "evidence.expired": ("neutral", N_("Evidence pack deleted")),
    "file.added": ("neutral", N_("File %(file)s added")),
    "file.removed": ("neutral", N_("File %(file)s removed")),
    "comment.added": ("neutral", N_("Comment written")),
    "comment.edited": ("neutral", N_("Comment changed")),
    "comment.withdrawn": ("neutral", N_("Comment withdrawn")),
    "internal_note.added": ("neutral", N_("Internal note written")),
    "internal_note.edited": ("neutral", N_("Internal note changed")),
    "internal_note.withdrawn": ("neutral", N_("Internal note withdrawn")),
    "dispatch.queued": ("waiting", N_("Put off by the other side: %(to)s")),
    "dispatch.submitted": ("good", N_("Sent to %(to)s")),
    "dispatch.component_down": ("attention", N_("Could not be transmitted: %(to)s")),
    "dispatch.uncertain": ("attention", N_("Answer lost: %(to)s")),
    "dispatch.undeliverable": ("failed", N_("Undeliverable: %(to)s")),
    "dispatch.failed": ("failed", N_("Given up: %(to)s")),
    "dispatch.tried_again": ("neutral", N_("Sending to %(to)s ordered again")),
    "dispatch.withdrawn": ("neutral", N_("Sending to %(to)s withdrawn")),
    "dispatch.link_renewed": ("neutral", N_("New link ordered for %(to)s")),
    "text.changed": ("neutral", N_("Text changed")),
    "text.reset": ("neutral", N_("Back to the standard text")),
    "text.tested": ("neutral", N_("Text mailed to oneself")),
    "organisation.changed": ("neutral", N_("Settings changed")),
    "customer.added": ("neutral", N_("Added as a customer")),
    "customer.changed": ("neutral", N_("Data changed by the organisation")),
    "customer.confirmed": ("good", N_("Data confirmed")),
    "customer.change_proposed": ("waiting", N_("Change proposed")),
    "customer.change_accepted": ("good", N_("%(field)s changed")),
    "customer.change_refused": ("attention", N_("%(field)s not changed")),
    "customer.change_withdrawn": ("neutral", N_("%(field)s: change withdrawn")),
    "contact.invited": ("neutral", N_("Invited")),
    "contact.rights_changed": ("neutral", N_("Rights changed")),
    "contact.ended": ("attention", N_("Access ended")),
    "contact.reopened": ("neutral", N_("Access opened again")),
    "contact.made_primary": ("neutral", N_("Made the first contact")),
    "contact.looked_through": ("neutral", N_("The portal was looked at as this person sees it")),
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
    "person.second_step_failed": ("attention", N_("Wrong second factor from %(address)s")),
    "person.password_changed": ("neutral", N_("Password changed")),
    "person.password_reset": ("attention", N_("Password set anew by a mailed link")),
    "person.factor_added": ("good", N_("Second factor “%(factor)s” added")),
    "person.factor_removed": ("attention", N_("Second factor “%(factor)s” removed")),
    "person.factors_forgotten": ("attention", N_("All second factors removed")),
    "person.passkey_refused": ("attention", N_("Passkey refused, from %(address)s")),
    "person.passkey_copied": (
        "failed",
        N_("Passkey “%(factor)s” refused: it seems to have been copied"),
    ),
    "person.recovery_codes_made": ("neutral", N_("New recovery codes made")),
    "person.recovery_code_used": ("attention", N_("Recovery code used, left: %(left)s")),
    "person.new_device": ("attention", N_("Signed in from a new device, %(address)s")),
    "person.provider_linked": ("neutral", N_("Linked with the account at %(issuer)s")),
    "person.provider_unlinked": ("neutral", N_("Link with the account at the provider removed")),
    "organisation.provider_changed": ("neutral", N_("Sign-in through %(issuer)s changed")),
    "organisation.provider_refused": (
        "attention",
        N_("Sign-in through the provider refused: %(reason)s"),
    ),
    "person.disabled": ("neutral", N_("Access closed")),
    "person.enabled": ("neutral", N_("Access opened again")),
    "webhook.added": ("neutral", N_("Webhook to %(host)s added")),
    "webhook.changed": ("neutral", N_("Webhook to %(host)s changed")),
    "webhook.gone": ("attention", N_("Webhook switched off by %(host)s")),
    "webhook.paused": ("failed", N_("Webhook to %(host)s paused after failures")),
    "webhook.removed": ("neutral", N_("Webhook to %(host)s removed")),
    "webhook.replayed": ("neutral", N_("Messages to %(host)s ordered again: %(count)s")),
    "webhook.secret_changed": ("neutral", N_("New secret for the webhook to %(host)s")),
    "webhook.tested": ("neutral", N_("Test event for %(host)s ordered")),
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
        told = _(sentence) % _Known(_named(entry)) if sentence else entry.name
        lines.append((entry.at, told, entry.actor_name, tone))
    return lines


def _named(entry: Entry) -> dict[str, Any]:
    """Call a field of a customer's data, and a reason, by its name in the language spoken now."""
    data, field = entry.data, entry.data.get("field")
    if entry.name == "organisation.provider_refused":
        return data | {"reason": _(REASON_NAMES[Reason(data["reason"])])}
    return data | {"field": _(FIELD_NAMES[Field(field)])} if field in set(Field) else data
