"""Every table, and what it knows about somebody; a table that is missing here fails the build.

Rows that hang on others stand before them: they are found through what is erased after them.
"""

from typing import Final

from app.core.languages import N_
from app.privacy.rules import Fate, Treatment
from app.privacy.rules.accounts import ACCOUNT, OF_ACCOUNTS, REACH
from app.privacy.rules.deliveries import ERASED, OF_DELIVERIES, OF_REPORTS, OWN, PROOF

_BOOKS: Final = N_("Invoices and what belongs to them are kept as long as the law asks for it.")
_CONTRACT: Final = N_("It proves an agreement, and is kept with the document.")
_JOURNAL: Final = N_("The journal proves who did what; nobody can change it.")
_SHORT: Final = N_("It is deleted by itself after a few days.")
_TALK: Final = N_("What was written stays with the document; the name of who wrote it goes.")

TREATMENTS: Final[dict[str, Treatment]] = {
    "parked_request": Treatment(
        N_("Messages that wait for a proof"),
        Fate.DELETED,
        _SHORT,
        via=(("session_id", "login_session", "id"),),
        secret=frozenset({"body"}),
    ),
    "text_message": Treatment(
        N_("Text messages"),
        Fate.DELETED,
        REACH,
        via=(("id", "texted_code", "text_id"),),
    ),
    "texted_code": Treatment(
        N_("Codes in text messages"),
        Fate.DELETED,
        REACH,
        via=(("session_id", "login_session", "id"),),
    ),
    "journal_origin": Treatment(
        N_("Network addresses in the journal"),
        Fate.DELETED,
        _SHORT,
        via=(("entry_id", "journal_entry", "id"),),
    ),
    "passkey": Treatment(
        N_("Passkeys"),
        Fate.DELETED,
        ACCOUNT,
        via=(("factor_id", "factor", "id"),),
        secret=frozenset({"credential_id", "public_key"}),
    ),
    **OF_ACCOUNTS,
    "access_letter": Treatment(
        N_("Access letters"),
        Fate.HELD,
        PROOF,
        customer=("customer_id",),
        secret=frozenset({"code_hash"}),
    ),
    "login_session": Treatment(
        N_("Sign-ins"),
        Fate.DELETED,
        ACCOUNT,
        person=("person_id",),
        via=(("person_id", "person", "id"), ("link_id", "capability_link", "id")),
        secret=frozenset({"token_hash"}),
    ),
    "mailed_code": Treatment(
        N_("Mailed codes"),
        Fate.DELETED,
        ACCOUNT,
        person=("person_id",),
        via=(("person_id", "person", "id"),),
    ),
    "document_filter": Treatment(
        N_("Saved filters"),
        Fate.DELETED,
        ACCOUNT,
        person=("person_id",),
        via=(("person_id", "person", "id"),),
    ),
    "export": Treatment(
        N_("Exports of lists"),
        Fate.HELD,
        _SHORT,
        person=("person_id",),
        via=(("person_id", "person", "id"),),
    ),
    "bundle": Treatment(
        N_("ZIP files of documents"),
        Fate.HELD,
        _SHORT,
        person=("person_id",),
        via=(("person_id", "person", "id"),),
    ),
    "evidence_pack": Treatment(N_("Evidence packs"), Fate.HELD, _SHORT, person=("person_id",)),
    "privacy_export": Treatment(
        N_("Exports of personal data"), Fate.HELD, _SHORT, person=("person_id",)
    ),
    "api_key": Treatment(
        N_("API keys"),
        Fate.HELD,
        _JOURNAL,
        person=("created_by",),
        secret=frozenset({"token_hash"}),
    ),
    "journal_entry": Treatment(
        N_("Journal"),
        Fate.HELD,
        _JOURNAL,
        person=("actor_id", "object_id"),
        customer=("object_id",),
    ),
    **OF_REPORTS,
    "notice": Treatment(N_("Short mails"), Fate.DELETED, REACH, email=("address",)),
    "receipt": Treatment(
        N_("Receipts of reading"),
        Fate.HELD,
        PROOF,
        person=("reader_id",),
        via=(("document_id", "document", "id"),),
        blank={"reader_name": ERASED},
        after=Fate.BLANKED,
    ),
    "comment_file": Treatment(
        N_("Files of comments"),
        Fate.HELD,
        _BOOKS,
        via=(("comment_id", "comment", "id"),),
        after=Fate.DELETED,
    ),
    "comment": Treatment(
        N_("Comments"),
        Fate.BLANKED,
        _TALK,
        person=("author_id",),
        customer=("customer_id",),
        blank={"author_name": ERASED},
        after=Fate.DELETED,
    ),
    "quote_answer": Treatment(
        N_("Answers to quotes"),
        Fate.HELD,
        _CONTRACT,
        person=("by_id",),
        via=(("document_id", "document", "id"),),
        blank={"by_name": ERASED, "name": ERASED, "words": ""},
        after=Fate.BLANKED,
    ),
    **OF_DELIVERIES,
    "payment_part": Treatment(
        N_("Parts of payments"), Fate.HELD, _BOOKS, via=(("payment_id", "payment", "id"),)
    ),
    "payment": Treatment(
        N_("Payments"),
        Fate.HELD,
        _BOOKS,
        person=("by_id",),
        customer=("customer_id",),
        blank={"by_name": ERASED, "note": ""},
        after=Fate.BLANKED,
    ),
    "page_image": Treatment(
        N_("Pictures of pages"),
        Fate.HELD,
        _BOOKS,
        via=(("preview_id", "preview", "id"),),
        after=Fate.DELETED,
    ),
    "preview": Treatment(
        N_("Previews of files"),
        Fate.HELD,
        _BOOKS,
        via=(("sha256", "document_file", "sha256"),),
        after=Fate.DELETED,
    ),
    "rendition": Treatment(
        N_("PDFs and e-invoices made by Kontor"),
        Fate.HELD,
        _BOOKS,
        via=(("document_id", "document", "id"),),
        after=Fate.DELETED,
    ),
    "document_file_word": Treatment(
        N_("Words of file names"), Fate.HELD, _BOOKS, customer=("customer_id",), after=Fate.DELETED
    ),
    "document_file": Treatment(
        N_("Files of documents"),
        Fate.HELD,
        _BOOKS,
        via=(("document_id", "document", "id"),),
        after=Fate.DELETED,
    ),
    "document_content": Treatment(
        N_("Contents of documents"),
        Fate.HELD,
        _BOOKS,
        via=(("document_id", "document", "id"),),
        blank={"einvoice": None, "findings": [], "proposal": None},
        after=Fate.BLANKED,
    ),
    "document": Treatment(
        N_("Documents"),
        Fate.HELD,
        _BOOKS,
        customer=("customer_id",),
        blank={"buyer_name": ERASED, "order_number": None, "order_sort": None},
        after=Fate.BLANKED,
    ),
    "reminder_step": Treatment(
        N_("Levels of reminding"),
        Fate.HELD,
        _BOOKS,
        via=(("reminder_id", "reminder", "id"), ("document_id", "document", "id")),
    ),
    "reminder": Treatment(
        N_("Reminders made by Kontor"), Fate.HELD, _BOOKS, customer=("customer_id",)
    ),
    "reminder_pause": Treatment(
        N_("Pauses of reminders"), Fate.DELETED, OWN, customer=("customer_id",)
    ),
    "reminder_choice": Treatment(
        N_("Whether a customer is reminded"), Fate.DELETED, OWN, customer=("customer_id",)
    ),
    "capability_link": Treatment(
        N_("Secret links"),
        Fate.BLANKED,
        REACH,
        customer=("customer_id",),
        email=("email",),
        blank={"email": "", "name": ERASED, "revoked_at": "{now}"},
        secret=frozenset({"token_hash"}),
    ),
    "recipient": Treatment(
        N_("Recipients"),
        Fate.BLANKED,
        REACH,
        customer=("customer_id",),
        blank={
            "email": None,
            "name": ERASED,
            "removed_at": "{now}",
            "endpoint": "",
            "postal": None,
            "particulars": None,
        },
        secret=frozenset({"particulars"}),
    ),
    "data_change": Treatment(
        N_("Changes of own data"), Fate.DELETED, OWN, customer=("customer_id",)
    ),
    "data_proposal": Treatment(
        N_("Proposals of own data"),
        Fate.BLANKED,
        OWN,
        person=("by_id",),
        customer=("customer_id",),
        email=("former_email",),
        blank={"by_name": ERASED, "former_email": None},
    ),
    "portal_run_item": Treatment(
        N_("Settings of the portal"), Fate.DELETED, OWN, customer=("customer_id",)
    ),
    "member": Treatment(N_("Roles"), Fate.HELD, _JOURNAL, person=("person_id",)),
    "person": Treatment(
        N_("Logins"),
        Fate.BLANKED,
        ACCOUNT,
        person=("id",),
        via=(("id", "contact", "person_id"),),
        blank={
            "name": ERASED,
            "email": "erased-{id}@erased.invalid",
            "language": None,
            "password_hash": None,
            "disabled_at": "{now}",
        },
        secret=frozenset({"password_hash"}),
    ),
    "contact": Treatment(
        N_("Contacts"),
        Fate.BLANKED,
        ACCOUNT,
        person=("person_id",),
        customer=("customer_id",),
        blank={"rights": [], "ended_at": "{now}", "invited_by": None},
    ),
    "customer": Treatment(
        N_("Customers"),
        Fate.BLANKED,
        OWN,
        customer=("id",),
        blank={
            **dict.fromkeys(("name",), ERASED),
            "name_sort": ERASED,
            **dict.fromkeys(("address_line", "street", "postcode", "city", "phone", "mobile"), ""),
            **dict.fromkeys(("iban", "bic", "account_holder", "uid", "registration"), ""),
            **dict.fromkeys(("email", "vat_id", "gln", "endpoint", "language", "parent_id"), None),
            "portal": "no",
        },
    ),
}
"""Table → how it knows people, in the order in which they are forgotten."""
