"""Second factors of one's own: set up, named, removed; recovery codes."""

import io

import segno
from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import sealing
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.identity import actions, forms, queries, rules
from app.identity.models import Factor, Person
from app.identity.proofs import totp
from app.identity.views import blueprint, here, house_name, own
from app.web import answers, visitor
from app.web.limits import limiter
from app.web.page import page


def _own_factor(who: Principal, factor_id: str) -> Factor | None:
    return queries.own_factor(who, factor_id)


def _person() -> Person:
    found = queries.person_of(principal())
    if found is None:
        raise Missing
    return found


@blueprint.get("/account/factors")
@gate(Can.SECURE_ACCOUNT, own)
def factors(person: Person) -> Response:
    return overview(person)


@blueprint.post("/account/factors/totp")
@gate(Can.SECURE_ACCOUNT, own)
def begin_totp(person: Person) -> Response:
    form = forms.NameFactor()
    if not form.validate():
        return overview(person, app=form, status=422)
    factor = actions.begin_totp(person, form.name.data)
    return answers.see_other("identity.totp_setup", factor_id=factor.id)


@blueprint.get("/account/factors/totp/<id:factor_id>")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def totp_setup(factor: Factor) -> Response:
    return _totp(factor, forms.ConfirmFactor())


@blueprint.post("/account/factors/totp/<id:factor_id>")
@limiter.limit("30 per minute")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def confirm_totp(factor: Factor) -> Response:
    form = forms.ConfirmFactor()
    if not form.validate():
        return _totp(factor, form, 422)
    try:
        codes = actions.confirm_totp(_person(), factor, form.code.data)
    except Refused as refusal:
        form.reject(form.code, refusal.sentence)
        return _totp(factor, form, 422)
    return added(factor.name, codes)


def added(name: str, codes: list[str]) -> Response:
    """Say that a factor counts from now on, or show the recovery codes that came with it."""
    if codes:
        return _codes(codes)
    answers.say("success", _("“%(name)s” is asked for from now on.", name=name))
    return answers.see_other("identity.factors")


@blueprint.get("/account/factors/totp/<id:factor_id>/picture.svg")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def totp_picture(factor: Factor) -> Response:
    drawn = io.BytesIO()
    code = segno.make(_address(factor), error="m", micro=False)
    code.save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
    return answers.picture(drawn.getvalue(), "image/svg+xml")


@blueprint.post("/account/factors/<id:factor_id>/name")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def rename_factor(factor: Factor) -> Response:
    form = forms.NameFactor()
    if not form.validate():
        return _removal(factor, form, 422)
    actions.rename_factor(factor, form.name.data)
    answers.say("success", _("Saved."))
    return answers.see_other("identity.factors")


@blueprint.get("/account/factors/<id:factor_id>")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def factor(factor: Factor) -> Response:
    return _removal(factor, forms.NameFactor(name=factor.name))


@blueprint.post("/account/factors/<id:factor_id>/removal")
@gate(Can.SECURE_ACCOUNT, _own_factor)
def remove_factor(factor: Factor) -> Response:
    name = factor.name
    actions.remove_factor(_person(), factor)
    answers.say("success", _("“%(name)s” is not asked for any more.", name=name))
    return answers.see_other("identity.factors")


@blueprint.post("/account/recovery-codes")
@limiter.limit("10 per minute")
@gate(Can.SECURE_ACCOUNT, own)
def make_recovery_codes(person: Person) -> Response:
    if not person.has_factor:
        raise Refused(_("Set up a second factor first. Recovery codes come with it."))
    return _codes(actions.make_recovery_codes(person))


def overview(
    person: Person,
    *,
    app: forms.NameFactor | None = None,
    new: forms.NewPasskey | None = None,
    status: int = 200,
) -> Response:
    """Show what somebody has, and both ways to add more; `app` and `new` are forms that came back."""
    return page(
        "identity/factors.html",
        status,
        person=person,
        form=app or forms.NameFactor(None, name=_("My phone")),
        new=new or _new_passkey(),
        can_have_passkeys=here().is_possible,
        factors=queries.factors(person.id),
        codes_left=queries.recovery_codes_left(person.id),
        most_codes=rules.RECOVERY_CODES,
        KINDS=rules.FACTOR_NAMES,
    )


def _new_passkey() -> forms.NewPasskey:
    name = rules.device_words(visitor.agent()) or _("My device")
    return forms.NewPasskey(None, prefix="passkey-", name=name)


def _totp(factor: Factor, form: forms.ConfirmFactor, status: int = 200) -> Response:
    return page(
        "identity/totp.html",
        status,
        factor=factor,
        form=form,
        key=totp.grouped(_seed(factor)),
        address=_address(factor),
    )


def _seed(factor: Factor) -> str:
    """Return the seed while it may be shown: until its first code was."""
    if factor.secret is None or factor.confirmed_at is not None:
        raise Missing
    return sealing.unseal(factor.secret)


def _address(factor: Factor) -> str:
    return totp.address(_seed(factor), _person().email, house_name() or "Kontor")


def _removal(factor: Factor, form: forms.NameFactor, status: int = 200) -> Response:
    is_last = len(queries.factors(factor.person_id)) <= 1
    return page("identity/factor.html", status, factor=factor, form=form, is_last=is_last)


def _codes(codes: list[str]) -> Response:
    return page("identity/recovery_codes.html", 201, codes=codes)
