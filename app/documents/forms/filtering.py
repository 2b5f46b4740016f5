"""What a list is narrowed to: read out of an address, shown again as chips, kept under a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SearchField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from app.access.principal import Principal
from app.core import clock, languages, text
from app.core.errors import Invalid
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.core.money import Money
from app.documents import queries
from app.documents.queries import Filters as Wanted
from app.documents.rules import listing, search
from app.documents.rules.kinds import NAMES, Kind
from app.documents.rules.life import FOR_CUSTOMERS, STATE_NAMES, State
from app.documents.rules.listing import Direction, Order, Sort
from app.documents.rules.search import Meaning, Meanings
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.web import paging
from app.web.forms import Form, anything, choices, named

EXTRA: Final = (
    *("amount_from", "amount_to", "currency"),
    *("due_since", "due_until", "overdue", "order", "file"),
)
"""Filters that are shown only where they are wanted: most lists need none of them."""
KEPT: Final = ("q", "kind", "state", "since", "until", "customer", *EXTRA, "sort", "direction")
"""All that makes a filter, and that a saved one keeps."""
NARROWING: Final = tuple(name for name in KEPT if name not in ("state", "sort", "direction"))
"""The filters that go along to where many ready documents are decided at once."""
LARGEST: Final = 10**15
"""Minor units that nobody asks beyond; both databases compare them."""


class Filters(Form):
    """What the list is narrowed to; lives in the URL."""

    q = SearchField(_l("Search"), [Optional(), Length(max=100)])
    kind = SelectField(_l("Kind"), [Optional()])
    state = SelectField(_l("State"), [Optional()])
    since = DateField(_l("Since"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    customer = HiddenField()
    """A customer's id: the way here is from the customer's page."""

    def __init__(self, *args: object, for_staff: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        shown = State if for_staff else sorted(FOR_CUSTOMERS)
        self.kind.choices = anything() + named(NAMES)
        self.state.choices = anything() + named({state: STATE_NAMES[state] for state in shown})


class MoreFilters(Form):
    """What only some lists are narrowed to."""

    amount_from = StringField(_l("Amount from"), [Optional()], render_kw={"inputmode": "decimal"})
    amount_to = StringField(_l("Amount to"), [Optional()], render_kw={"inputmode": "decimal"})
    currency = SelectField(_l("Currency"), [Optional()])
    due_since = DateField(_l("Due since"), [Optional()])
    due_until = DateField(_l("Due until"), [Optional()])
    overdue = BooleanField(_l("Only what is overdue"))
    order = StringField(_l("Order number"), [Optional(), Length(max=100)])
    file = StringField(_l("File name"), [Optional(), Length(max=100)])

    def __init__(self, *args: object, currencies: Iterable[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = list(currencies)
        self.has_currencies = len(known) > 1
        self.currency.choices = anything() + choices((one, one) for one in known)

    def validate_amount_from(self, field: StringField) -> None:
        """Refuse what is no amount."""
        if search.amount(field.data or "", text.decimal_sign()) is None:
            raise ValidationError(_("Enter an amount like 1234.50."))

    validate_amount_to = validate_amount_from


class Save(Form):
    """A name for a filter."""

    name = StringField(
        _l("Name of the filter"), [InputRequired(_l("Enter a name.")), Length(max=60)]
    )
    query = HiddenField()
    is_shared = BooleanField(_l("For everybody who works here"))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an address asks of the list; a wrong filter is shown at its field and ignored."""

    form: Filters
    more: MoreFilters | None
    filters: Wanted
    order: Order
    customer: Customer | None
    tried: list[Meaning] = field(default_factory=list)
    """What the search box was taken for."""

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What the list is narrowed to, in words, each with the address without it."""
        return [(label, paging.url_without(name)) for name, label in _labels(self)]

    @property
    def remarks(self) -> list[str]:
        """What else there is to say: how the search was understood, an order that is not the usual."""
        sentences = []
        if self.tried:
            how = ", ".join(_(search.MEANING_NAMES[meaning]) for meaning in self.tried)
            sentences.append(_("Searched %(how)s.", how=how))
        if self.order.sort in listing.SENTENCES:
            sentences.append(_(listing.SENTENCES[self.order.sort]))
        return sentences


def query_of(given: Mapping[str, str]) -> str:
    """Return the part of an address that is a filter, at most 1000 characters of it."""
    kept = [(name, given[name]) for name in KEPT if given.get(name)]
    written = urlencode(kept)
    while len(written) > 1000:
        kept.pop()
        written = urlencode(kept)
    return written


def wishes(who: Principal, given: MultiDict[str, str]) -> Wishes:
    """Read the filters and the order out of an address' parameters."""
    form = Filters(given, for_staff=who.is_staff)
    more = _more(who, given)
    sound = _sound(form) | (_sound(more) if more else {})
    wanted = sound.get("customer")
    customer = organisations.customer(who, wanted) if wanted else None
    meanings = search.meanings(
        sound.get("q") or "",
        decimal_sign=text.decimal_sign(),
        is_month_first=text.is_month_first(),
    )
    filters = Wanted(
        kind=Kind(sound["kind"]) if sound.get("kind") else None,
        state=State(sound["state"]) if sound.get("state") else None,
        customer_id=customer.id if customer else None,
        since=sound.get("since"),
        until=sound.get("until"),
        **_searched(who, meanings),
        **(_extra(sound) if more else {}),
    )
    tried = meanings.tried(with_customers=who.is_staff) if meanings.text else []
    return Wishes(form, more, filters, _order(given, filters), customer, tried)


def _more(who: Principal, given: MultiDict[str, str]) -> MoreFilters | None:
    if not given.get("more") and not any(given.get(name) for name in EXTRA):
        return None
    return MoreFilters(given, currencies=queries.currencies(who))


def _sound(form: Form) -> dict[str, Any]:
    form.validate()
    wrong = set(form.errors)
    return {one.short_name: one.data for one in form if one.short_name not in wrong}


def _searched(who: Principal, meanings: Meanings) -> dict[str, Any]:
    if not meanings.text:
        return {}
    named = organisations.customer_ids_starting_with(who, meanings.text) if who.is_staff else []
    return {
        "search": meanings.text,
        "means_order": True,
        "named_customers": tuple(named),
        "searched_amount": _minor(meanings.amount, None),
        "searched_day": meanings.day,
        "searched_words": meanings.words,
    }


def _extra(sound: dict[str, Any]) -> dict[str, Any]:
    until, is_overdue = sound.get("due_until"), bool(sound.get("overdue"))
    if is_overdue:
        yesterday = clock.today(languages.timezone()) - timedelta(days=1)
        until = min(until, yesterday) if until else yesterday
    currency = sound.get("currency") or None
    return {
        "due_since": sound.get("due_since"),
        "due_until": until,
        "is_overdue": is_overdue,
        "amount_from": _minor(_amount(sound.get("amount_from")), currency),
        "amount_to": _minor(_amount(sound.get("amount_to")), currency),
        "currency": currency,
        "order_number": sound.get("order") or "",
        "file_words": search.wanted_words(sound.get("file") or ""),
    }


def _amount(typed: str | None) -> Decimal | None:
    return search.amount(typed, text.decimal_sign()) if typed else None


def _minor(amount: Decimal | None, currency: str | None) -> int | None:
    """Return minor units of `currency`, or of the organisation's own; never beyond `LARGEST`."""
    if amount is None:
        return None
    try:
        minor = Money.of(amount, currency or g.organisation.currency).minor
    except Invalid:
        return None
    return max(-LARGEST, min(LARGEST, minor))


def _order(given: MultiDict[str, str], filters: Wanted) -> Order:
    sort, direction = given.get("sort", ""), given.get("direction", "")
    return listing.order(
        Sort(sort) if sort in set(Sort) else None,
        Direction(direction) if direction in set(Direction) else None,
        is_searched=bool(filters.search),
        has_due_range=filters.has_range(Sort.DUE),
        has_amount_range=filters.has_range(Sort.AMOUNT),
    )


def _labels(of: Wishes) -> list[tuple[str, str]]:
    filters, form = of.filters, of.form
    shown = {
        "customer": of.customer.name if of.customer else "",
        "q": filters.search,
        "kind": _(NAMES[filters.kind]) if filters.kind else "",
        "state": _(STATE_NAMES[filters.state]) if filters.state else "",
        "since": form.since.raw_data[0] if filters.since and form.since.raw_data else "",
        "until": form.until.raw_data[0] if filters.until and form.until.raw_data else "",
        **(_more_labels(of.more, filters) if of.more else {}),
    }
    return [(name, label) for name, label in shown.items() if label]


def _more_labels(more: MoreFilters, filters: Wanted) -> dict[str, str]:
    since, until = filters.due_since, None if filters.is_overdue else filters.due_until
    return {
        "amount_from": _("from %(amount)s", amount=more.amount_from.data)
        if filters.amount_from is not None
        else "",
        "amount_to": _("up to %(amount)s", amount=more.amount_to.data)
        if filters.amount_to is not None
        else "",
        "currency": filters.currency or "",
        "due_since": _("due since %(day)s", day=text.day(since)) if since else "",
        "due_until": _("due until %(day)s", day=text.day(until)) if until else "",
        "overdue": _("overdue") if filters.is_overdue else "",
        "order": _("Order %(number)s", number=filters.order_number) if filters.order_number else "",
        "file": _("File %(name)s", name=more.file.data) if filters.file_words else "",
    }
