"""Settings of the organisation, its members, and the keys of its programs."""

from flask import Blueprint, Response, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions as identity
from app.identity import forms as identity_forms
from app.identity import queries as people
from app.identity.models import ApiKey, Person
from app.identity.rules import SCOPE_NAMES
from app.organisations import actions, forms, queries, rules
from app.organisations.models import Organisation
from app.organisations.rules import MemberRole
from app.web import answers
from app.web.page import page

blueprint = Blueprint("admin", __name__, url_prefix="/settings")


@blueprint.get("")
@gate(Can.READ_SETTINGS, queries.organisation_of)
def settings(organisation: Organisation) -> Response:
    return _settings(organisation, forms.Organisation(obj=organisation))


@blueprint.post("")
@gate(Can.CHANGE_SETTINGS, queries.organisation_of)
def change_settings(organisation: Organisation) -> Response:
    form = forms.Organisation()
    if not form.validate():
        return _settings(organisation, form, 422)
    values = form.data
    values["vat_id"] = rules.identifier(values["vat_id"])
    values["contact_phone"] = values["contact_phone"] or ""
    actions.change_organisation(organisation, principal(), **values)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("admin.settings")


def _settings(organisation: Organisation, form: forms.Organisation, status: int = 200) -> Response:
    return page(
        "admin/settings.html",
        status,
        house=organisation,
        form=form,
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )


@blueprint.get("/members")
@gate(Can.READ_SETTINGS)
def members() -> Response:
    return _members(forms.Member())


@blueprint.post("/members")
@gate(Can.MANAGE_MEMBERS)
def add_member() -> Response:
    who, form = principal(), forms.Member()
    if form.validate():
        try:
            actions.add_member(
                who.organisation_id,
                who.actor,
                email=form.email.data,
                name=form.name.data,
                role=MemberRole(form.role.data),
                language=None,
            )
        except Refused as refusal:
            form.reject(form.email, refusal.sentence)
        else:
            answers.say(
                "success", _("%(name)s can sign in now, with a mailed code.", name=form.name.data)
            )
            return answers.see_other("admin.members")
    return _members(form, 422)


@blueprint.post("/members/<id:person_id>/disabling")
@gate(Can.MANAGE_MEMBERS, queries.member)
def disable_member(person: Person) -> Response:
    actions.disable_member(person, principal())
    answers.say("success", _("%(name)s cannot sign in any more.", name=person.name))
    return answers.see_other("admin.members")


@blueprint.get("/members/<id:person_id>/factors")
@gate(Can.SECURE_HOUSE, queries.member)
def member_factors(person: Person) -> Response:
    keep = url_for("admin.members")
    go = url_for("admin.forget_member_factors", person_id=person.id)
    return page("people/factors.html", person=person, keep=keep, go=go)


@blueprint.post("/members/<id:person_id>/factors/removal")
@gate(Can.SECURE_HOUSE, queries.member)
def forget_member_factors(person: Person) -> Response:
    identity.forget_factors(person, principal())
    answers.say("success", _("%(name)s signs in without a second factor now.", name=person.name))
    return answers.see_other("admin.members")


@blueprint.post("/members/<id:person_id>/enabling")
@gate(Can.MANAGE_MEMBERS, queries.member)
def enable_member(person: Person) -> Response:
    identity.enable(person, principal())
    answers.say("success", _("%(name)s can sign in again.", name=person.name))
    return answers.see_other("admin.members")


def _members(form: forms.Member, status: int = 200) -> Response:
    return page(
        "admin/members.html",
        status,
        members=queries.members(principal()),
        form=form,
        may_manage=principal().may(Can.MANAGE_MEMBERS),
        me=principal().id,
    )


@blueprint.get("/api-keys")
@gate(Can.MANAGE_API_KEYS)
def api_keys() -> Response:
    return _api_keys(identity_forms.ApiKey())


@blueprint.post("/api-keys")
@gate(Can.MANAGE_API_KEYS)
def make_api_key() -> Response:
    form = identity_forms.ApiKey()
    if not form.validate():
        return _api_keys(form, 422)
    scopes = [Can(scope) for scope in form.scopes.data]
    key, token = identity.make_api_key(principal(), form.name.data, scopes)
    # Answered at once and not by a redirect: the token must not lie anywhere until it is fetched.
    return page("admin/api_key.html", 201, key=key, token=token)


@blueprint.post("/api-keys/<id:key_id>/revocation")
@gate(Can.MANAGE_API_KEYS, people.api_key)
def revoke_api_key(key: ApiKey) -> Response:
    identity.revoke_api_key(key, principal())
    answers.say("success", _("The key %(name)s opens nothing any more.", name=key.name))
    return answers.see_other("admin.api_keys")


def _api_keys(form: identity_forms.ApiKey, status: int = 200) -> Response:
    return page(
        "admin/api_keys.html",
        status,
        form=form,
        api_keys=people.api_keys(principal()),
        scope_names=SCOPE_NAMES,
    )
