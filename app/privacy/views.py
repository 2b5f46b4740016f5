"""What is known about somebody: looked at, told, forgotten."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import clock
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.privacy import forms, queries, rules
from app.privacy.actions import erasing, exporting
from app.privacy.models import PrivacyExport
from app.privacy.rules import Fate, Subject
from app.web import answers, transaction
from app.web.page import page

blueprint = Blueprint("privacy", __name__)

MEDIA_TYPE = "application/zip"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a page is about, and how they are called."""

    subject: Subject
    name: str
    number: str = ""

    @property
    def url(self) -> str:
        """Where it is looked at."""
        return self._url("show")

    @property
    def erasure_url(self) -> str:
        """Where they are forgotten."""
        return self._url("ask_erasure")

    @property
    def export_url(self) -> str:
        """Where an export is asked for."""
        return self._url("export")

    def _url(self, what: str) -> str:
        kind = self.subject.kind.value
        return url_for(f"privacy.{what}_{kind}", **{f"{kind}_id": self.subject.id})  # type: ignore[arg-type]


def _customer(who: Principal, customer_id: str) -> About | None:
    one = organisations.customer(who, customer_id)
    return None if one is None else About(queries.of_customer(one), one.name, one.number)


def _person(who: Principal, person_id: str) -> About | None:
    one = queries.person(who, person_id)
    return None if one is None else About(queries.of_person(one), one.name, one.email)


@blueprint.get("/customers/<id:customer_id>/privacy")
@gate(Can.FULFIL_PRIVACY, _customer)
def show_customer(about: About) -> Response:
    return _show(about)


@blueprint.get("/people/<id:person_id>/privacy")
@gate(Can.FULFIL_PRIVACY, _person)
def show_person(about: About) -> Response:
    return _show(about)


def _show(about: About) -> Response:
    return page(
        "privacy/show.html",
        about=about,
        known=queries.known(about.subject),
        exports=queries.exports_of(about.subject.id),
        erasure=queries.erasure(about.subject),
        Fate=Fate,
    )


@blueprint.post("/customers/<id:customer_id>/privacy/exports")
@gate(Can.FULFIL_PRIVACY, _customer)
def export_customer(about: About) -> Response:
    return _export(about)


@blueprint.post("/people/<id:person_id>/privacy/exports")
@gate(Can.FULFIL_PRIVACY, _person)
def export_person(about: About) -> Response:
    return _export(about)


def _export(about: About) -> Response:
    one = exporting.ask(about.subject, about.name, principal())
    return answers.see_other("privacy.show_export", privacy_export_id=one.id)


@blueprint.get("/privacy/exports/<id:privacy_export_id>")
@gate(Can.FULFIL_PRIVACY, queries.export)
def show_export(one: PrivacyExport) -> Response:
    return page(
        "privacy/export.html",
        export=one,
        progress=one.progress,
        left=one.progress.left(clock.now()),
    )


@blueprint.get("/privacy/exports/<id:privacy_export_id>/file")
@gate(Can.FULFIL_PRIVACY, queries.export)
def file(one: PrivacyExport) -> Response:
    if not one.is_done:
        raise Missing
    if request.method == "GET":
        who = principal()
        transaction.afterwards(lambda: exporting.note_download(one, who.actor))
    name = f"{one.subject_name} {_('Personal data')}.zip"
    return answers.stored(one.organisation_id, one.id, MEDIA_TYPE, name, one.size or 0)


@blueprint.get("/customers/<id:customer_id>/privacy/erasure")
@gate(Can.FULFIL_PRIVACY, _customer)
def ask_erasure_customer(about: About) -> Response:
    return _ask_erasure(about, forms.Erase(None))


@blueprint.get("/people/<id:person_id>/privacy/erasure")
@gate(Can.FULFIL_PRIVACY, _person)
def ask_erasure_person(about: About) -> Response:
    return _ask_erasure(about, forms.Erase(None))


@blueprint.post("/customers/<id:customer_id>/privacy/erasure")
@gate(Can.FULFIL_PRIVACY, _customer)
def erase_customer(about: About) -> Response:
    return _erase(about)


@blueprint.post("/people/<id:person_id>/privacy/erasure")
@gate(Can.FULFIL_PRIVACY, _person)
def erase_person(about: About) -> Response:
    return _erase(about)


def _erase(about: About) -> Response:
    form = forms.Erase()
    if form.validate() and not form.fits(about.name, about.number):
        form.reject(form.typed, _("This is not what stands above. Nothing was erased."))
    if form.errors:
        return _ask_erasure(about, form, 422)
    erasing.erase(about.subject, principal())
    answers.say("success", _("Erased. What the law asks to keep goes when its time is over."))
    return answers.go_to(about.url)


def _ask_erasure(about: About, form: forms.Erase, status: int = 200) -> Response:
    who = principal()
    house = organisations.organisation_of(who)
    newest = queries.newest_issue(about.subject)
    return page(
        "privacy/erase.html",
        status,
        about=about,
        form=form,
        known=queries.known(about.subject),
        held_until=rules.held_until(house.country if house else "", newest),
        Fate=Fate,
    )
