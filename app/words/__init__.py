"""The words, tones and sentences that screens show, each in one table."""

from flask import Flask

from app.documents.rules import kinds
from app.organisations import rules as organisations
from app.renditions import rules as renditions
from app.words import devices, happenings, sentences, states


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.globals.update(
        document_state=states.document_state,
        listed_state=states.listed_state,
        payment_state=states.payment_state,
        standing=states.standing,
        dispatch_state=states.dispatch_state,
        item_state=states.item_state,
        happenings=happenings.happenings,
        day_bars=sentences.day_bars,
        due_sentence=sentences.due_sentence,
        desk_sentence=sentences.desk_sentence,
        document_sentence=sentences.document_sentence,
        file_label=sentences.file_label,
        rendition_label=sentences.rendition_label,
        rendition_reason=sentences.rendition_reason,
        listed_amount=sentences.listed_amount,
        browser=devices.browser,
        MEMBER_ROLE_NAMES=organisations.MEMBER_ROLE_NAMES,
        CUSTOMER_KIND_NAMES=organisations.CUSTOMER_KIND_NAMES,
        RECIPIENT_ROLE_NAMES=organisations.RECIPIENT_ROLE_NAMES,
        CHANNEL_NAMES=organisations.CHANNEL_NAMES,
        KIND_NAMES=kinds.NAMES,
        FORM_NAMES=renditions.FORM_NAMES,
        RenditionState=renditions.State,
    )
