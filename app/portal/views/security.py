"""How safely customers reach their documents: the choice, what is weak about it, and whom it shuts out."""

from dataclasses import dataclass

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.access.proof import Method
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind
from app.organisations.rules.provable import METHODS
from app.portal.actions import security as actions
from app.portal.forms import security as forms
from app.portal.queries import proving as queries
from app.portal.rules import security as rules
from app.portal.rules.security import Choice, Facts
from app.portal.views import blueprint
from app.sms import queries as sms
from app.web import answers, paging
from app.web.page import page


@blueprint.get("/settings/portal/security")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def security(organisation: Organisation) -> Response:
    """Show what holds, or what was typed and not saved: the address says which."""
    form, status = _asked(organisation)
    return _security(organisation, form, status)


@blueprint.post("/settings/portal/security")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def change_security(organisation: Organisation) -> Response:
    form = forms.Security()
    if not form.validate():
        return _security(organisation, form, 422)
    is_newest = form.seen.data == forms.mark_of(organisation)
    if not is_newest or not actions.change(organisation, principal(), form.columns()):
        return _changed_meanwhile(organisation, form)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("portal.security")


def _changed_meanwhile(organisation: Organisation, form: forms.Security) -> Response:
    """Keep what was typed, and say that it was about something else; saved again, it holds."""
    form.seen.data = forms.mark_of(organisation)
    # Read from the form, else the token of the request before would be written out again.
    form.seen.raw_data = [form.seen.data]
    return _security(organisation, form, 409, is_late=True)


@blueprint.get("/settings/portal/security/unreachable")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def unreachable(organisation: Organisation) -> Response:
    """List who could prove nothing, with what holds or with what stands in the address."""
    form, status = _asked(organisation)
    choice = form.choice() if status == 200 else _saved(organisation)
    reach = _Reach.of(organisation, choice)
    cursor, back = paging.cursor()
    rows = queries.unreachable(
        principal(),
        reach.methods,
        reach.kinds,
        _place(cursor),
        back=back,
        limit=paging.SIZE + 1,
    )
    return page(
        "portal/unreachable.html",
        listed=paging.paged(rows, lambda row: f"{row.name_sort}|{row.id}"),
        choice=choice,
        kinds=reach.kinds,
        is_typed="typed" in request.args,
        can_text=reach.can_text,
        lacks=_lacks,
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """By which methods, and of which kinds of customers, anything can be asked."""

    can_text: bool
    methods: frozenset[Method]
    kinds: tuple[CustomerKind, ...]

    @classmethod
    def of(cls, organisation: Organisation, choice: Choice) -> "_Reach":
        can_text = sms.can_text(organisation)
        methods = choice.methods if can_text else choice.methods - {Method.SMS}
        return cls(can_text, methods, rules.asked_kinds(choice))


def _security(
    organisation: Organisation, form: forms.Security, status: int = 200, *, is_late: bool = False
) -> Response:
    choice = _saved(organisation) if form.errors else form.choice()
    reach = _Reach.of(organisation, choice)
    found = queries.reach(principal(), reach.methods, reach.kinds)
    members_lack, contacts_lack = queries.lack_factor(principal())
    facts = Facts(
        ways=organisation.portal_ways,
        can_text=reach.can_text,
        has_mobile=found.has_mobile,
        has_address=found.has_address,
        members_lack_factor=members_lack,
        contacts_lack_factor=contacts_lack,
    )
    return page(
        "portal/security.html",
        status,
        form=form,
        may_change=principal().may(Can.SECURE_HOUSE),
        is_saved=choice == _saved(organisation),
        is_late=is_late,
        weaknesses=list(rules.weaknesses(choice, facts)),
        sights=rules.sights(choice),
        kinds=reach.kinds,
        beyond=found.beyond,
        enough=queries.ENOUGH,
        typed={} if form.errors else _typed(form),
        rules=rules,
    )


def _asked(organisation: Organisation) -> tuple[forms.Security, int]:
    """Return the form as it was typed into the address, or as it is saved; and how it went."""
    if "typed" not in request.args:
        return forms.Security(None, data=forms.as_saved(organisation)), 200
    form = forms.Security(request.args)
    return form, 200 if form.validate() else 422


def _saved(organisation: Organisation) -> Choice:
    return forms.choice_of({name: getattr(organisation, name) for name in forms.COLUMNS})


def _typed(form: forms.Security) -> dict[str, str]:
    """Return what stands in the form as parts of an address."""
    values = {name: form[name].data for name in forms.COLUMNS}
    switched = {name: "y" if value is True else value for name, value in values.items()}
    return {name: str(value) for name, value in switched.items() if value} | {"typed": "yes"}


def _lacks(one: Customer, choice: Choice) -> list[str]:
    """Say what is missing for each method that was chosen."""
    missing = choice.methods - METHODS[one.provable]
    return [_(rules.MISSING[method]) for method in Method if method in missing]


def _place(cursor: str | None) -> queries.Place | None:
    name, _bar, customer_id = (cursor or "").rpartition("|")
    return (name, customer_id) if name else None
