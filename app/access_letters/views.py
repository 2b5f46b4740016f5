"""Letters as staff make them, beside a customer; and the page on which their readers come in."""

from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, request
from flask import session as cookie

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.access_letters import actions, forms, proofs, queries, rules
from app.access_letters.formats import apart
from app.access_letters.formats.letter import Letter
from app.access_letters.queries import Found
from app.core import clock, ids, languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.rules.party import Address, Contact, Party
from app.identity import rules as identity
from app.identity.actions import Browser
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.portal.rules.released import REASONS
from app.renditions.formats.wanted import House, Reader
from app.web import answers, login, transaction, visitor
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("access_letters", __name__)

LETTER_IS_THE_PROOF = "whoever has the letter is its reader, as far as the letter goes"


def _house() -> Organisation:
    return cast(Organisation, g.organisation)


@blueprint.get("/customers/<id:customer_id>/letters/new")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def ask(customer: Customer) -> Response:
    form = forms.Making(None, data={"to": "customer", "document": "", "letter": ids.new()})
    return _ask(customer, form)


@blueprint.post("/customers/<id:customer_id>/letters")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def make(customer: Customer) -> Response:
    form, house, who = forms.Making(), _house(), principal()
    people = queries.addressees(customer)
    documents = queries.offered(who, house, customer)
    form.offer(people, documents)
    if not form.validate():
        return _ask(customer, form, 422)
    document = documents.get(form.document.data)
    to = people[form.to.data]
    actions.make(house, customer, to, document, who, letter_id=form.letter.data or "")
    answers.say(
        "success", _("The letter to %(name)s is made. Download it, and post it.", name=to.name)
    )
    return _back(customer.id)


def _ask(customer: Customer, form: forms.Making, status: int = 200) -> Response:
    house, who = _house(), principal()
    form.offer(queries.addressees(customer), queries.offered(who, house, customer))
    rule = queries.closed_by(house, customer)
    return page(
        "access_letters/ask.html",
        status,
        customer=customer,
        form=form,
        closed=_(REASONS[rule]) if rule else "",
    )


def _one(who: Principal, customer_id: str, letter_id: str) -> tuple[Customer, Found] | None:
    found = queries.one(who, customer_id, letter_id)
    customer = organisations.customer(who, customer_id) if found else None
    return (customer, found) if customer is not None and found is not None else None


@blueprint.get("/customers/<id:customer_id>/letters/<id:letter_id>.pdf")
@gate(Can.CHANGE_PORTAL, _one)
def pdf(one: tuple[Customer, Found]) -> Response:
    customer, found = one
    if found.state not in (rules.State.OPEN, rules.State.LOCKED):
        raise Refused(_("This letter opens nothing any more. Renew it, and download the new one."))
    letter, letter_id, by = _letter(customer, found, _house()), found.letter.id, principal().actor
    name, file_name = found.link.name, f"letter-{customer.number}.pdf"
    with transaction.paused():
        content = apart.drawn(letter)
    if request.method == "GET":
        transaction.afterwards(lambda: actions.note_download(letter_id, name, by))
    return answers.download(content, apart.MEDIA_TYPE, file_name)


@blueprint.post("/customers/<id:customer_id>/letters/<id:letter_id>/renewal")
@gate(Can.CHANGE_PORTAL, _one)
def renew(one: tuple[Customer, Found]) -> Response:
    customer, found = one
    actions.renew(_house(), customer, found, principal())
    answers.say("success", _("There is a new letter. The one before opens nothing any more."))
    return _back(customer.id)


@blueprint.post("/customers/<id:customer_id>/letters/<id:letter_id>/revocation")
@gate(Can.CHANGE_PORTAL, _one)
def revoke(one: tuple[Customer, Found]) -> Response:
    customer, found = one
    actions.revoke(found, principal())
    answers.say("success", _("The letter opens nothing any more."))
    return _back(customer.id)


def _back(customer_id: str) -> Response:
    return answers.see_other("desk.customer", customer_id=customer_id, _anchor="letters")


def _letter(customer: Customer, found: Found, house: Organisation) -> Letter:
    link, region = found.link, customer.country or house.country
    door, code = _door(house), rules.grouped(proofs.code(found.letter.id))
    zone = ZoneInfo(house.timezone)
    with languages.speaking(link.language, region, house.timezone):
        document = f"{_(found.kind.label)} {found.number}" if found.kind else ""
    return Letter(
        house=House(house.name, house.accent, house.country),
        reader=Reader(link.language, region, house.timezone),
        sender=Party(
            name=house.name,
            vat_identifier=house.vat_id or "",
            address=Address(country=house.country),
            contact=Contact(telephone=house.contact_phone, email=house.contact_email),
        ),
        receiver=_receiver(customer, link.name),
        number=customer.number,
        page=door.removeprefix("https://"),
        link=f"{door}?code={code}",
        code=code,
        pin=rules.pin_grouped(proofs.pin(found.letter.id)),
        document=document,
        until=link.expires_at.astimezone(zone).date(),
        moment=found.letter.created_at.astimezone(zone),
    )


def _door(house: Organisation) -> str:
    """Return where a letter is entered: its house's own host, or below a host of several houses."""
    alone = organisations.organisation_at(urlsplit(house.base_url).netloc)
    is_alone = alone is not None and alone.id == house.id
    return f"{house.base_url}/access" if is_alone else f"{house.base_url}/o/{house.slug}/access"


def _receiver(customer: Customer, name: str) -> Party:
    here = Address(
        line_1=customer.address_line or customer.street,
        line_2=customer.street if customer.address_line else "",
        postcode=customer.postcode,
        city=customer.city,
        country=customer.country,
    )
    return Party(name=customer.name, address=here, contact=Contact(name=name))


@blueprint.get("/access")
@blueprint.get("/o/<slug>/access")
@limiter.limit("120 per minute")
@public(LETTER_IS_THE_PROOF)
def door(slug: str = "") -> Response:
    """Show where code and PIN are entered. Inert: cameras and scanners fetch it too."""
    code = rules.normal_code(request.args.get("code", "")[:60])
    form = forms.Entering(None, data={"code": rules.grouped(code) if code else ""})
    return _entering(form)


@blueprint.post("/access")
@limiter.limit("30 per minute")
@public(LETTER_IS_THE_PROOF)
def enter() -> Response:
    """Exchange code and PIN for a guest session, and go on to an address without a secret in it."""
    form = forms.Entering()
    if not form.validate():
        return _entering(form, 422)
    code, pin = rules.normal_code(form.code.data), rules.normal_pin(form.pin.data)
    browser = Browser(visitor.address(), visitor.agent())
    entered = actions.enter(code or "", pin or "", browser)
    if entered is None:
        form.reject(
            form.pin, _("Code and PIN do not fit together, or the letter is locked at present.")
        )
        return _entering(form, 422, is_wrong=True)
    if entered.token is None:
        return _private(_over(entered.link))
    login.enter(entered.token)
    if entered.link.document_id is None:
        return _private(answers.see_other("desk.customer_home"))
    return _private(answers.see_other("desk.document", document_id=entered.link.document_id))


def _entering(form: forms.Entering, status: int = 200, *, is_wrong: bool = False) -> Response:
    return _private(page("access_letters/enter.html", status, form=form, is_wrong=is_wrong))


def _over(link: CapabilityLink) -> Response:
    """Tell whoever had code and PIN that they lead nowhere any more, or not at present."""
    house = organisations.organisation_by_id(link.organisation_id)
    g.organisation = house
    wanted = cookie.get("language"), link.language, languages.current()
    languages.speak(languages.choose(*wanted), house.country, house.timezone)
    is_open = identity.is_link_open(clock.now(), link.expires_at, link.revoked_at)
    return page("access_letters/over.html", 410, house=house, is_open=is_open)


def _private(response: Response) -> Response:
    """Keep a page with a code in its address out of referrers, caches and indexes."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
