"""A customer's statement of account: for themselves, for staff, on the screen, as PDF and as CSV."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import clock, languages, text
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.core.money import Money
from app.documents.rules.kinds import KINDS
from app.documents.rules.party import Address, Contact, Party
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.renditions.formats.wanted import House, Reader
from app.statements import forms, queries, rules
from app.statements.formats import apart, text_file
from app.statements.formats.letter import Letter
from app.statements.rules import Entry, Period, Statement
from app.web import answers, paging, transaction
from app.web.page import page

blueprint = Blueprint("statements", __name__)

SHOWN = 20
"""Open invoices that the page names; the files name all."""


@blueprint.get("/statement")
@gate(Can.READ_DOCUMENTS)
def own() -> Response:
    return answers.see_other("desk.customers") if principal().is_staff else _shown(_own())


@blueprint.get("/statement.pdf")
@gate(Can.DOWNLOAD_DOCUMENTS)
def own_pdf() -> Response:
    return answers.see_other("desk.customers") if principal().is_staff else _pdf(_own())


@blueprint.get("/statement.csv")
@gate(Can.DOWNLOAD_DOCUMENTS)
def own_csv() -> Response:
    return answers.see_other("desk.customers") if principal().is_staff else _csv(_own())


@blueprint.get("/customers/<id:customer_id>/statement")
@gate(Can.READ_CUSTOMERS, organisations.customer)
def show(customer: Customer) -> Response:
    return _shown(customer)


@blueprint.get("/customers/<id:customer_id>/statement.pdf")
@gate(Can.READ_CUSTOMERS, organisations.customer)
def pdf(customer: Customer) -> Response:
    return _pdf(customer)


@blueprint.get("/customers/<id:customer_id>/statement.csv")
@gate(Can.READ_CUSTOMERS, organisations.customer)
def csv(customer: Customer) -> Response:
    return _csv(customer)


def _own() -> Customer:
    """Return the customer of who asks; raises `Refused` for who came for one document."""
    who = principal()
    if who.lineage_id is not None:
        raise Refused(_("This link shows one document, and no statement of account."))
    if not who.sees_account:
        raise Refused(_("Only open documents are shown here, and no statement of account."))
    found = organisations.own_customer(who)
    if found is None:
        raise Missing
    return found


def _shown(customer: Customer) -> Response:
    who, today = principal(), clock.today(languages.timezone())
    form, period = forms.period(request.args, today)
    cursor, back = paging.cursor()
    lines = queries.entries(
        who, customer.id, period, _place(cursor), back=back, limit=paging.SIZE + 1
    )
    due_days = queries.due_days(who, customer.id)
    return page(
        "statements/show.html",
        customer=customer,
        form=form,
        period=period,
        today=today,
        presets=_presets(today),
        balances=queries.balances(who, customer.id, period),
        listed=paging.paged(lines, _cursor),
        ageing=rules.ageing(due_days, today),
        open_count=sum(one.count for one in due_days),
        open_items=queries.open_items(who, customer.id, SHOWN),
        remark=_remark(who),
        pdf_url=_address(who, customer, "pdf", period),
        csv_url=_address(who, customer, "csv", period),
        rules=rules,
        period_url=request.path,
        money=_money,
    )


def _money(minor: int, currency: str) -> str:
    return text.money(Money(minor, currency))


def _presets(today: date) -> list[tuple[str, str, Period]]:
    return [
        (_(name), paging.url_with(**_days(period(today)), after=None, before=None), period(today))
        for name, period in rules.PRESETS
    ]


def _days(period: Period) -> dict[str, str]:
    return {"since": period.since.isoformat(), "until": period.until.isoformat()}


def _address(who: Principal, customer: Customer, form: str, period: Period) -> str:
    if who.is_staff:
        return url_for(f"statements.{form}", customer_id=customer.id, **_days(period))  # type: ignore[arg-type]
    return url_for(f"statements.own_{form}", **_days(period))  # type: ignore[arg-type]


def _cursor(entry: Entry) -> str:
    return f"{entry.day.isoformat()}~{entry.id}"


def _place(cursor: str | None) -> queries.Place | None:
    """Read a keyset cursor; one that nobody of ours made means the first page."""
    day, _tilde, entry_id = (cursor or "").partition("~")
    try:
        return (date.fromisoformat(day), entry_id) if entry_id else None
    except ValueError:
        return None


def _remark(who: Principal) -> str:
    """Say which documents are left out because they are not released to the reader."""
    closed = [_(KINDS[kind].plural) for kind in queries.closed_kinds(who)]
    said = _("It leaves out what is not released to you: %(kinds)s.", kinds=", ".join(closed))
    return said if closed else ""


def _whole(customer: Customer) -> tuple[Statement, Organisation]:
    """Return the statement that the address asks for; raises `Refused` where it is too long."""
    house: Organisation = g.organisation
    today = clock.today(house.timezone)
    _form, period = forms.period(request.args, today)
    found = queries.statement(principal(), customer.id, period, today)
    if found is None:
        most = rules.MOST
        raise Refused(
            _("A file holds %(most)s entries at most. Choose a shorter period.", most=most)
        )
    return found, house


def _csv(customer: Customer) -> Response:
    statement, _house = _whole(customer)
    return _file(customer, statement.period, "csv", text_file.written(statement))


def _pdf(customer: Customer) -> Response:
    statement, house = _whole(customer)
    letter = _letter(customer, statement, house)
    with transaction.paused():
        content = apart.drawn(letter)
    return _file(customer, statement.period, "pdf", content)


def _file(customer: Customer, period: Period, ending: str, content: bytes) -> Response:
    media_type = {"pdf": apart.MEDIA_TYPE, "csv": text_file.MEDIA_TYPE}[ending]
    name = rules.file_name(customer.number, period, ending)
    return answers.download(content, media_type, name)


def _letter(customer: Customer, statement: Statement, house: Organisation) -> Letter:
    language = languages.choose(customer.language, house.language)
    region = customer.country or house.country
    with languages.speaking(language, region, house.timezone):
        remark = _remark(principal())
    return Letter(
        statement=statement,
        house=House(house.name, house.accent, house.country),
        reader=Reader(language, region, house.timezone),
        sender=Party(
            name=house.name,
            vat_identifier=house.vat_id or "",
            address=Address(country=house.country),
            contact=Contact(telephone=house.contact_phone, email=house.contact_email),
        ),
        receiver=_receiver(customer),
        number=customer.number,
        moment=clock.now(),
        remark=remark,
    )


def _receiver(customer: Customer) -> Party:
    here: dict[str, Any] = {"city": customer.city, "postcode": customer.postcode}
    address = Address(line_1=customer.street, country=customer.country, **here)
    return Party(name=customer.name, address=address)
