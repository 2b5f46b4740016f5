"""The words, tones and sentences that screens show, each in one table."""

from typing import Final

from flask import Flask

from app.acceptance import rules as acceptance
from app.access import rights
from app.comments import rules as comments
from app.documents.formats import official_rules
from app.documents.rules import kinds
from app.dunning import rules as dunning
from app.dunning.rules import words as dunning_words
from app.identity import rules as identity
from app.ladders import rules as ladder_rules
from app.organisations import rules as organisations
from app.organisations.rules import granting, portal
from app.organisations.rules import own_data as organisations_
from app.payments import rules as payments
from app.portal.rules import released as portals
from app.renditions import rules as renditions
from app.words import (
    desk,
    devices,
    happenings,
    ladders,
    own_data,
    pages,
    people,
    receipts,
    reminders,
    rows,
    sentences,
    states,
    texts,
    webhooks,
)

TABLES: Final = {
    "MARKS": states.MARKS,
    "NO_MARK": states.NO_MARK,
    "SOURCE_NAMES": states.SOURCE_NAMES,
    "OBSTACLE_SENTENCES": states.OBSTACLE_SENTENCES,
    "LARGE": official_rules.LARGE,
    "MEMBER_ROLE_NAMES": organisations.MEMBER_ROLE_NAMES,
    "ACTION_NAMES": rights.ACTION_NAMES,
    "DEED_NAMES": people.DEED_NAMES,
    "VERDICTS": people.VERDICTS,
    "GRANTED": granting.COLUMNS,
    "CUSTOMER_KIND_NAMES": organisations.CUSTOMER_KIND_NAMES,
    "RECIPIENT_ROLE_NAMES": organisations.RECIPIENT_ROLE_NAMES,
    "CHANNEL_NAMES": organisations.CHANNEL_NAMES,
    "KIND_NAMES": kinds.NAMES,
    "FIELD_NAMES": organisations_.FIELD_NAMES,
    "ACCESS_NAMES": portal.ACCESS_NAMES,
    "WAYS_NAMES": portal.WAYS_NAMES,
    "VISIBLE_NAMES": portal.VISIBLE_NAMES,
    "VISIBLE_EFFECTS": portal.VISIBLE_EFFECTS,
    "PURPOSE_NAMES": identity.PURPOSE_NAMES,
    "PORTAL_REASONS": portals.REASONS,
    "PORTAL_WAITS": portals.WAITS,
    "PORTAL_REPAIRS": portals.REPAIRS,
    "FORM_NAMES": renditions.FORM_NAMES,
    "RenditionState": renditions.State,
    "PAYMENT_STATES": payments.STATE_NAMES,
    "REJECTION_REASONS": acceptance.REASON_NAMES,
    "LEVEL_NAMES": dunning_words.NAMES,
    "CAUSE_NAMES": dunning.CAUSE_NAMES,
    "CHOICE_NAMES": dunning.CHOICE_NAMES,
    "REMINDER_OBSTACLES": dunning.OBSTACLE_NAMES,
    "LADDER_DEEDS": ladder_rules.DEED_NAMES,
    "GROUP_NAMES": ladder_rules.GROUP_NAMES,
    "ASKED_NAMES": organisations.ASKED_NAMES,
}
"""State or role → what it is called."""

SAYINGS: Final = {
    "document_rows": rows.rows,
    "document_state": states.document_state,
    "listed_state": states.listed_state,
    "payment_state": states.payment_state,
    "standing": states.standing,
    "dispatch_state": states.dispatch_state,
    "answer_state": states.answer_state,
    "answer_word": states.answer_word,
    "waits_for_answer": states.waits_for_answer,
    "item_state": states.item_state,
    "release_state": states.release_state,
    "work_state": states.work_state,
    "tally": states.tally,
    "happenings": happenings.happenings,
    "readers": receipts.readers,
    "said_pieces": comments.pieces,
    "comments_sentence": sentences.comments_sentence,
    "text_history": texts.text_history,
    "day_bars": desk.day_bars,
    "reminders_sentence": reminders.reminders_sentence,
    "climb_state": ladders.climb_state,
    "climb_sentence": ladders.climb_sentence,
    "climb_step": ladders.climb_step,
    "climb_position": ladders.climb_position,
    "climb_costs": ladders.climb_costs,
    "ladder_steps": ladders.ladder_steps,
    "ladders_sentence": ladders.ladders_sentence,
    "reminders_spared": reminders.reminders_spared,
    "home_sentence": sentences.home_sentence,
    "desk_sentence": desk.desk_sentence,
    "desk_news": desk.desk_news,
    "work_sentence": sentences.work_sentence,
    "document_sentence": sentences.document_sentence,
    "file_label": sentences.file_label,
    "own_value": own_data.own_value,
    "origin": own_data.origin,
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
    "webhook_state": webhooks.webhook_state,
    "webhook_delivery_state": webhooks.webhook_delivery_state,
    "webhook_attempt": webhooks.webhook_attempt,
    "webhook_event": webhooks.webhook_event,
    "contact_state": people.contact_state,
    "obstacle_told": people.obstacle_told,
    "rights_told": people.rights_told,
    "step_told": people.step_told,
    "step_state": people.step_state,
    "methods_told": people.methods_told,
    "verdict_told": people.verdict_told,
}
"""What templates call to say something."""


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.globals.update(TABLES)
    app.jinja_env.globals.update(SAYINGS)
