"""Settings of the address for documents."""

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.core.runtime import current
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.ways_in import forms, queries
from app.ways_in.actions import address
from app.ways_in.rules.mailing import listed
from app.web import answers
from app.web.page import page

blueprint = Blueprint("ways_in", __name__, url_prefix="/settings/mail-in")


@blueprint.get("")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def mail_in(organisation: Organisation) -> Response:
    form, found = forms.MailIn(), queries.mail_in_of(organisation.id)
    if found is not None:
        form.is_open.data, form.senders.data = found.is_open, "\n".join(found.senders)
    return _mail_in(organisation, form)


@blueprint.post("")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change_mail_in(organisation: Organisation) -> Response:
    form = forms.MailIn()
    if not form.validate():
        return _mail_in(organisation, form, 422)
    senders, is_open = listed(form.senders.data or ""), form.is_open.data
    address.change(organisation, principal(), is_open=is_open, senders=senders)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("ways_in.mail_in")


@blueprint.post("/renewal")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def renew_mail_in(organisation: Organisation) -> Response:
    shown = forms.Renewal().generation.data or ""
    address.renew(organisation, principal(), int(shown) if shown.isdecimal() else 0)
    answers.say("success", _("There is a new address. The one before is refused from now on."))
    return answers.see_other("ways_in.mail_in")


def _mail_in(organisation: Organisation, form: forms.MailIn, status: int = 200) -> Response:
    found = queries.mail_in_of(organisation.id)
    return page(
        "ways_in/mail_in.html",
        status,
        form=form,
        mail_in=found,
        address=address.address_of(organisation, found) if found else None,
        is_listening=current().settings.mail_in is not None,
    )
