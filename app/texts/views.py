"""Where staff read and change what mails and pages about documents say."""

from dataclasses import replace

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import clock, journal
from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.identity import queries as people
from app.notices.rules import Addressee
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.texts import actions, queries
from app.texts.actions import Overtaken
from app.texts.formats import letter as letters
from app.texts.formats import values
from app.texts.formats.values import Facts, Reader
from app.texts.forms import Text
from app.texts.models import OwnText
from app.texts.rules.placeholders import listed
from app.texts.rules.words import Topic, Words, standard, topic, without_note
from app.web import answers
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("texts", __name__, url_prefix="/settings/texts")


def _topic(_who: Principal, kind: str, language: str) -> Topic | None:
    return topic(kind, language)


@blueprint.get("")
@gate(Can.READ_SETTINGS)
def index() -> Response:
    who = principal()
    return page("texts/list.html", kinds=list(Kind), known=LANGUAGES, own=queries.all_own(who))


@blueprint.get("/<kind>/<language>")
@gate(Can.READ_SETTINGS, _topic)
def show(of: Topic) -> Response:
    found = queries.own(principal().organisation_id, of)
    return _editor(of, found, _filled_form(of, found))


def _filled_form(of: Topic, found: OwnText | None) -> Text:
    words = queries.words(found, of)
    return Text(
        None,
        of=of,
        subject=words.subject,
        body=words.body,
        button=words.button,
        note=words.note,
        version=str(found.version if found else 0),
    )


@blueprint.post("/<kind>/<language>")
@gate(Can.CHANGE_TEXTS, _topic)
def change(of: Topic) -> Response:
    who, form = principal(), Text(of=of)
    if not form.validate():
        return _editor(of, queries.own(who.organisation_id, of), form, 422)
    try:
        is_new = actions.save(who, of, form.said(), form.loaded())
    except Overtaken:
        return _overtaken(who, of, form)
    answers.say("success", _("Saved. It holds from now on.") if is_new else _("Nothing changed."))
    return answers.see_other("texts.show", kind=of.kind.value, language=of.language)


def _overtaken(who: Principal, of: Topic, form: Text) -> Response:
    """Show both: what was typed, ready to be saved over what somebody else saved meanwhile."""
    found = queries.own(who.organisation_id, of)
    form.version.data = str(found.version if found else 0)
    return _editor(of, found, form, 409, theirs=queries.words(found, of))


@blueprint.post("/<kind>/<language>/standard")
@gate(Can.CHANGE_TEXTS, _topic)
def reset(of: Topic) -> Response:
    who, form = principal(), Text(of=of)
    try:
        actions.reset(who, of, form.loaded())
    except Overtaken:
        found = queries.own(who.organisation_id, of)
        return _editor(of, found, _filled_form(of, found), 409, theirs=queries.words(found, of))
    answers.say("success", _("The standard text holds again."))
    return answers.see_other("texts.show", kind=of.kind.value, language=of.language)


@blueprint.post("/<kind>/<language>/preview")
@gate(Can.CHANGE_TEXTS, _topic)
def preview(of: Topic) -> Response:
    """Show what was typed as it will look; nothing is kept."""
    form = Text(of=of)
    form.validate()
    return _editor(of, queries.own(principal().organisation_id, of), form)


@blueprint.post("/<kind>/<language>/test-mail")
@limiter.limit("10 per minute")
@gate(Can.CHANGE_TEXTS, _topic)
def send_test(of: Topic) -> Response:
    who, form = principal(), Text(of=of)
    if not form.validate():
        return _editor(of, queries.own(who.organisation_id, of), form, 422)
    house, person = organisations.organisation_of(who), people.person_of(who)
    assert person is not None
    facts, reader = _example(who, of, house)
    letter = letters.filled(form.said(), of, facts, house, reader)
    written = letters.written(letter, of.language, house)
    written = replace(written, subject=_("Test: %(subject)s", subject=written.subject))
    to = Addressee(person.email, person.name)
    actions.send_to_oneself(house, who, to, of, written)
    answers.say(
        "success",
        _("On its way to %(address)s. What you typed is not saved yet.", address=person.email),
    )
    return _editor(of, queries.own(who.organisation_id, of), form)


def _example(who: Principal, of: Topic, house: Organisation) -> tuple[Facts, Reader]:
    """Return the newest document of the kind and its customer, or invented ones.

    Its address is the one for staff: a letter to be looked at holds nobody's personal link.
    """
    document = queries.latest(who, of.kind)
    customer = organisations.customer_by_id(document.customer_id or "") if document else None
    path = f"/documents/{document.id}" if document else "/documents"
    name = customer.name if customer else values.SAMPLE_NAME
    today = clock.now().date()
    return (
        values.facts_of(document) if document else values.sample(of.kind, house.currency, today),
        Reader(
            name=name,
            client_name=name,
            client_number=customer.number if customer else values.SAMPLE_CLIENT,
            document_url=f"{house.base_url}{path}",
            client_url=f"{house.base_url}/home",
            link_ends_on=today + values.SAMPLE_TERM,
        ),
    )


def _editor(
    of: Topic,
    found: OwnText | None,
    form: Text,
    status: int = 200,
    *,
    theirs: Words | None = None,
) -> Response:
    who = principal()
    house, words = organisations.organisation_of(who), form.said()
    facts, reader = _example(who, of, house)
    letter = letters.filled(words, of, facts, house, reader)
    return page(
        "texts/edit.html",
        status,
        of=of,
        form=form,
        found=found,
        theirs=theirs,
        letter=letter,
        plain=letters.written(letter, of.language, house).text,
        note=letters.noted(words.note, of, facts, house, reader),
        house=house,
        placeholders=listed(of.kind),
        is_standard=without_note(queries.words(found, of)) == without_note(standard(of)),
        happened=journal.about("text", found.id, limit=20) if found else [],
        may_change=who.may(Can.CHANGE_TEXTS),
        known=LANGUAGES,
    )
