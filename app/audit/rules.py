"""What things and events are called where the journal is read."""

from typing import Final

from app.core.languages import N_

KEPT_DAYS: Final = range(1, 731)
"""For how many days it may be kept where something was done from."""
INSTALLATION_DAYS: Final = 90
"""As long for what belongs to no organisation."""

AREA_NAMES: Final = {
    "access_request": N_("Requests for access"),
    "api_key": N_("API keys"),
    "audit": N_("Audit"),
    "bundle": N_("ZIP files"),
    "comment": N_("Comments"),
    "contact": N_("Contacts"),
    "customer": N_("Customers"),
    "dispatch": N_("Deliveries"),
    "document": N_("Documents"),
    "drop_folder": N_("Drop folder"),
    "evidence": N_("Evidence packs"),
    "export": N_("Exports"),
    "filter": N_("Saved filters"),
    "file": N_("Attached files"),
    "intake": N_("Intake"),
    "internal_note": N_("Internal notes"),
    "letter": N_("Letters"),
    "link": N_("Links"),
    "mail": N_("Documents by mail"),
    "member": N_("Members"),
    "organisation": N_("Settings"),
    "payment": N_("Payments"),
    "payments": N_("Settings of payments"),
    "permission": N_("Permissions"),
    "person": N_("People and signing in"),
    "portal": N_("Customer portal"),
    "proof": N_("Proofs"),
    "quote": N_("Quotes"),
    "recipient": N_("Recipients"),
    "release": N_("Releases"),
    "report": N_("Reports"),
    "table": N_("Table"),
    "text": N_("Texts"),
    "webhook": N_("Webhooks"),
}
"""First part of an event's name → what these events are about; others stand under their own word."""

THING_NAMES: Final = {
    "document": N_("Document"),
    "customer": N_("Customer"),
    "person": N_("Person"),
    "organisation": N_("Organisation"),
    "dispatch": N_("Deliveries"),
    "api_key": N_("API key"),
    "link": N_("Link"),
    "intake": N_("Intake"),
    "release": N_("Releases"),
    "payment": N_("Payment"),
    "export": N_("Export"),
    "report": N_("Report"),
    "evidence": N_("Evidence pack"),
    "webhook": N_("Webhook"),
    "bundle": N_("ZIP files"),
    "intake_table": N_("Table"),
    "filter": N_("Saved filters"),
    "data_batch": N_("Changes"),
    "text": N_("Text"),
    "mail": N_("Mail"),
    "access_request": N_("Request for access"),
}
"""Kind of a thing → its name."""

ACTOR_NAMES: Final = {
    "person": N_("Person"),
    "guest": N_("Guest with a link"),
    "key": N_("API key"),
    "command": N_("Command on the server"),
    "system": N_("Kontor itself"),
    "support": N_("Platform support"),
}
"""Kind of who did something → what it is."""


def area(name: str) -> str:
    """Return the first part of an event's name: `document` of `document.opened`."""
    return name.partition(".")[0]


def wanted(event: str, known: list[str]) -> list[str]:
    """Return the names that a filter means: one event, or all of an area (`document.`)."""
    return [
        name for name in known if name == event or (event[-1:] == "." and area(name) == event[:-1])
    ]
