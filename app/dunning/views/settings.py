"""How an organisation reminds, what its reminders say, and how one looks."""

from types import SimpleNamespace

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import clock
from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.dunning import forms, queries
from app.dunning.actions import deciding
from app.dunning.formats import sample
from app.dunning.rules import MOST_LEVELS, words
from app.dunning.rules.interest import LAWS
from app.dunning.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.web import answers, transaction
from app.web.page import page

Topic = tuple[Organisation, int, str]
"""Whose text it is, of which level, in which language."""


def _topic(who: Principal, level: int, language: str) -> Topic | None:
    if not 1 <= level <= MOST_LEVELS or language not in LANGUAGES:
        return None
    return organisations.organisation_of(who), level, language


@blueprint.get("/settings/reminders")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def settings(house: Organisation) -> Response:
    form = forms.Reminding.of(queries.settings_of(house.id), house.currency)
    return _settings(house, form)


@blueprint.post("/settings/reminders")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change(house: Organisation) -> Response:
    form = forms.Reminding(currency=house.currency)
    if not form.validate():
        return _settings(house, form, 422)
    deciding.change(house, principal(), is_on=form.is_on.data, **form.values)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("dunning.settings")


def _settings(house: Organisation, form: forms.Reminding, status: int = 200) -> Response:
    return page(
        "dunning/settings.html",
        status,
        form=form,
        house=house,
        law=LAWS.get(house.country),
        own=queries.texts_of(house.id),
        names=words.NAMES,
        known=LANGUAGES,
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )


@blueprint.get("/settings/reminders/<int:level>/<language>")
@gate(Can.READ_SETTINGS, _topic)
def text(topic: Topic) -> Response:
    house, level, language = topic
    return _text(topic, forms.Body(None, body=queries.text_of(house.id, level, language)))


@blueprint.post("/settings/reminders/<int:level>/<language>")
@gate(Can.CHANGE_SETTINGS, _topic)
def change_text(topic: Topic) -> Response:
    house, level, language = topic
    form = forms.Body()
    if not form.validate():
        return _text(topic, form, 422)
    deciding.save_text(house, principal(), level, language, form.body.data)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("dunning.text", level=level, language=language)


@blueprint.post("/settings/reminders/<int:level>/<language>/standard")
@gate(Can.CHANGE_SETTINGS, _topic)
def reset_text(topic: Topic) -> Response:
    house, level, language = topic
    deciding.forget_text(house, principal(), level, language)
    answers.say("success", _("The standard text holds again."))
    return answers.see_other("dunning.text", level=level, language=language)


@blueprint.get("/settings/reminders/<int:level>/<language>/preview.pdf")
@gate(Can.READ_SETTINGS, _topic)
def preview(topic: Topic) -> Response:
    house, level, language = topic
    wish = sample.wish(house, level, language, clock.today(house.timezone))
    name = f"{wish.einvoice.number}.pdf"
    with transaction.paused():
        content = sample.drawn(wish)
    return answers.download(content, "application/pdf", name)


def _text(topic: Topic, form: forms.Body, status: int = 200) -> Response:
    house, level, language = topic
    kept = queries.text_of(house.id, level, language)
    today = clock.today(house.timezone)
    return page(
        "dunning/text.html",
        status,
        form=form,
        level=level,
        language_code=language,
        names=words.NAMES,
        known=LANGUAGES,
        is_standard=kept == words.standard(level, language),
        placeholders=words.placeholders(),
        einvoice=sample.wish(house, level, language, today).einvoice,
        document=SimpleNamespace(kind=Kind.REMINDER),
        is_by_hand=False,
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )
