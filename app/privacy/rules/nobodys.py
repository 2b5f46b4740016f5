"""Tables by which nobody is known, and why; one that stands nowhere fails the build."""

from typing import Final

NOBODYS: Final[dict[str, str]] = {
    "arrived_mail": "mails that come in are the organisation's own, of senders it allows",
    "bundle_document": "names documents only",
    "column_mapping": "headings of tables",
    "counter": "forgotten within a day",
    "data_batch": "who exported is in the journal",
    "document_currency": "currencies",
    "dropped_file": "names of files of the organisation",
    "erasure": "says that somebody was forgotten, by an id",
    "http_idempotency": "forgotten after a week",
    "inbox_message": "what providers said, raw; forgotten after 90 days",
    "journal_head": "sums",
    "journal_seal": "sums",
    "lockout": "ids and network addresses, forgotten after a week",
    "sign_in_provider": "settings",
    "sms_settings": "settings",
    "intake": "the organisation's own work",
    "intake_item": "the organisation's own work",
    "intake_row": "what a row said is in its document",
    "intake_table": "the organisation's own work",
    "mail_in": "settings",
    "organisation": "the house itself",
    "organisation_logo": "pictures",
    "outbox": "ids only",
    "own_text": "texts of the organisation",
    "payment_settings": "settings",
    "portal_run": "settings",
    "release": "the organisation's own work",
    "release_item": "the organisation's own work",
    "schedule_run": "the timetable",
    "webhook_attempt": "what receivers answered; forgotten with its delivery",
    "webhook_delivery": "ids of documents and customers; forgotten after 30 days",
    "webhook_endpoint": "settings",
}
"""Table → why nobody is known by it."""
