"""The words, tones and sentences that screens show, each in one table."""

from typing import Final

from flask import Flask

from app.documents.formats import official_rules
from app.documents.rules import kinds
from app.organisations import rules as organisations
from app.organisations.rules import portal
from app.portal import rules as portals
from app.renditions import rules as renditions
from app.words import desk, devices, happenings, pages, rows, sentences, states

TABLES: Final = {
    "MARKS": states.MARKS,
    "NO_MARK": states.NO_MARK,
    "SOURCE_NAMES": states.SOURCE_NAMES,
    "OBSTACLE_SENTENCES": states.OBSTACLE_SENTENCES,
    "LARGE": official_rules.LARGE,
    "MEMBER_ROLE_NAMES": organisations.MEMBER_ROLE_NAMES,
    "CUSTOMER_KIND_NAMES": organisations.CUSTOMER_KIND_NAMES,
    "RECIPIENT_ROLE_NAMES": organisations.RECIPIENT_ROLE_NAMES,
    "CHANNEL_NAMES": organisations.CHANNEL_NAMES,
    "KIND_NAMES": kinds.NAMES,
    "ACCESS_NAMES": portal.ACCESS_NAMES,
    "WAYS_NAMES": portal.WAYS_NAMES,
    "PORTAL_REASONS": portals.REASONS,
    "PORTAL_WAITS": portals.WAITS,
    "PORTAL_REPAIRS": portals.REPAIRS,
    "FORM_NAMES": renditions.FORM_NAMES,
    "RenditionState": renditions.State,
}
"""State or role → what it is called."""

SAYINGS: Final = {
    "document_rows": rows.rows,
    "document_state": states.document_state,
    "listed_state": states.listed_state,
    "payment_state": states.payment_state,
    "standing": states.standing,
    "dispatch_state": states.dispatch_state,
    "item_state": states.item_state,
    "release_state": states.release_state,
    "work_state": states.work_state,
    "tally": states.tally,
    "happenings": happenings.happenings,
    "day_bars": desk.day_bars,
    "due_sentence": sentences.due_sentence,
    "desk_sentence": desk.desk_sentence,
    "desk_news": desk.desk_news,
    "work_sentence": sentences.work_sentence,
    "document_sentence": sentences.document_sentence,
    "file_label": sentences.file_label,
    "page_alt": pages.page_alt,
    "page_any_wait": pages.page_any_wait,
    "page_heading": pages.page_heading,
    "page_limit": pages.page_limit,
    "page_more": pages.page_more,
    "page_problem": pages.page_problem,
    "page_waits": pages.page_waits,
    "rendition_label": sentences.rendition_label,
    "rendition_reason": sentences.rendition_reason,
    "listed_amount": sentences.listed_amount,
    "browser": devices.browser,
}
"""What templates call to say something."""


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.globals.update(TABLES)
    app.jinja_env.globals.update(SAYINGS)
