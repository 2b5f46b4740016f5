"""Which steps follow for whom, whose holidays count, and what reminder mails say."""

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.ladders import forms, queries, rules
from app.ladders.actions import deciding
from app.ladders.formats import wording
from app.ladders.models import Ladder
from app.ladders.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.texts.rules.words import Topic
from app.web import answers
from app.web.page import page


@blueprint.get("/settings/ladders")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def settings(house: Organisation) -> Response:
    return _settings(house)


def _settings(
    house: Organisation,
    adding: forms.Adding | None = None,
    own: forms.House | None = None,
    status: int = 200,
) -> Response:
    return page(
        "ladders/settings.html",
        status,
        ladders=queries.ladders_of(house.id),
        adding=adding or forms.Adding(formdata=None),
        own=own or forms.House.of(queries.settings_of(house.id), house.country),
        known=LANGUAGES,
        standard={
            one: wording.usual(Topic(Kind.INVOICE, one)).body.replace("[Invoice.", "[Document.")
            for one in LANGUAGES
        },
        names=rules,
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )


@blueprint.post("/settings/ladders")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def add(house: Organisation) -> Response:
    form = forms.Adding()
    if not form.validate():
        return _settings(house, adding=form, status=422)
    try:
        made = deciding.add(house, principal(), form.kind.data, form.group)
    except Refused as refusal:
        form.reject(form.kind, refusal.sentence)
        return _settings(house, adding=form, status=422)
    answers.say("success", _("Proposed. Look at its steps, then switch it on."))
    return answers.see_other("ladders.ladder", ladder_id=made.id)


@blueprint.post("/settings/ladders/words")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def settle(house: Organisation) -> Response:
    form = forms.House(country=house.country)
    if not form.validate():
        return _settings(house, own=form, status=422)
    deciding.settle(house, principal(), subdivision=form.subdivision.data, texts=form.texts)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("ladders.settings")


@blueprint.get("/settings/ladders/<id:ladder_id>")
@gate(Can.READ_SETTINGS, queries.ladder)
def ladder(found: Ladder) -> Response:
    return _ladder(found, forms.Steps.of(found))


@blueprint.post("/settings/ladders/<id:ladder_id>")
@gate(Can.CHANGE_SETTINGS, queries.ladder)
def change(found: Ladder) -> Response:
    form = forms.Steps()
    if not form.validate():
        return _ladder(found, form, 422)
    deciding.change(found, principal(), is_on=form.is_on.data, steps=form.steps)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("ladders.settings")


@blueprint.post("/settings/ladders/<id:ladder_id>/removal")
@gate(Can.CHANGE_SETTINGS, queries.ladder)
def remove(found: Ladder) -> Response:
    deciding.remove(found, principal())
    answers.say("success", _("Removed. What has begun goes on as it began."))
    return answers.see_other("ladders.settings")


def _ladder(found: Ladder, form: forms.Steps, status: int = 200) -> Response:
    return page(
        "ladders/ladder.html",
        status,
        ladder=found,
        form=form,
        names=rules,
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )
