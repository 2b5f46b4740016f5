"""The printed chain and the door say the same, whatever is set: asked of everybody and every document."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.proof import Level, Method, Need
from app.access.rights import Action
from app.core import clock
from app.documents import queries
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.documents.rules.reading import DEEDS, Deed, Rule, Step, Verdict
from app.identity.actions import make_link
from app.identity.models import CapabilityLink, Person
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules import CustomerKind, granting, portal
from app.organisations.rules.portal import KINDS, Access, Visible, Ways
from app.sms.rules.life import Gateway
from app.web import installation
from tests.cast import Cast
from tests.people import join
from tests.sms import house as sms

WORDS = st.lists(st.sampled_from([action.value for action in Action]), unique=True)
RIGHTS = st.none() | st.lists(st.sampled_from(sorted(granting.EVERYTHING)), unique=True)
DAYS = st.none() | st.sampled_from([-400, -1, 0, 1, 400])
MOMENTS = st.sampled_from([None, None, "ended"])


@dataclass(frozen=True)
class Setting:
    """Everything that somebody can set."""

    is_on: bool
    is_open: bool
    actions: list[str]
    kinds: list[str]
    ways: Ways
    access: list[Access]
    rights: list[list[str] | None]
    days: list[int | None]
    ended: list[str | None]
    disabled: list[bool]
    kind: list[Kind]
    state: list[State]
    revoked: list[bool]
    level: Level
    primary: Method
    secondary: Method | None
    is_private: list[bool]
    mobile: list[str]
    street: list[str]
    can_text: bool
    shown: Visible
    own_shown: list[Visible | None]
    waits: list[int | None]
    """Days from today until which each document is open; None: it is not."""
    is_below: bool
    """Whether Huber is a sub-customer of Keller."""


OPEN = Setting(
    is_on=True,
    is_open=True,
    actions=[action.value for action in Action],
    kinds=list(KINDS),
    ways=Ways.BOTH,
    access=[Access.INHERIT, Access.YES],
    rights=[None] * 4,
    days=[None] * 4,
    ended=[None] * 4,
    disabled=[False] * 4,
    kind=[Kind.INVOICE, Kind.QUOTE, Kind.REMINDER, Kind.DELIVERY_NOTE],
    state=[State.PUBLISHED] * 4,
    revoked=[False] * 4,
    level=Level.SENSITIVE,
    primary=Method.SMS,
    secondary=Method.ADDRESS,
    is_private=[True, False],
    mobile=["+41791234567", ""],
    street=["Seestrasse 12", "Dorfplatz"],
    can_text=True,
    shown=Visible.ENTERED,
    own_shown=[None, None],
    waits=[None, -1, 0, 1],
    is_below=False,
)
"""Nothing is closed."""


def four(one: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(one, min_size=4, max_size=4)


CHANGES = {
    "is_on": st.booleans(),
    "is_open": st.booleans(),
    "actions": WORDS,
    "kinds": st.lists(st.sampled_from(KINDS), unique=True),
    "ways": st.sampled_from(Ways),
    "access": st.lists(st.sampled_from(Access), min_size=2, max_size=2),
    "rights": four(RIGHTS),
    "days": four(DAYS),
    "ended": four(MOMENTS),
    "disabled": four(st.booleans()),
    "kind": four(st.sampled_from(Kind)),
    "state": four(st.sampled_from(State)),
    "revoked": four(st.booleans()),
    "level": st.sampled_from(Level),
    "primary": st.sampled_from(Method),
    "secondary": st.none() | st.sampled_from(Method),
    "is_private": st.lists(st.booleans(), min_size=2, max_size=2),
    "mobile": st.permutations(["+41791234567", ""]),
    "street": st.permutations(["Seestrasse 12", "Dorfplatz"]),
    "can_text": st.booleans(),
    "shown": st.sampled_from(Visible),
    "own_shown": st.lists(st.none() | st.sampled_from(Visible), min_size=2, max_size=2),
    "waits": four(st.none() | st.sampled_from([-1, 0, 1])),
    "is_below": st.booleans(),
}


@st.composite
def changed(draw: st.DrawFn) -> Setting:
    """Change some things of what is open: where everything is closed nothing is learnt."""
    names = draw(st.sets(st.sampled_from(sorted(CHANGES)), max_size=5))
    return replace(OPEN, **{name: draw(CHANGES[name]) for name in sorted(names)})


SETTINGS = changed()


def apply(setting: Setting, session: Session, cast: Cast) -> None:
    """Set all that is said, in the transaction that is open."""
    house = session.get_one(Organisation, cast.lindenhof.id)
    house.portal_is_on, house.portal_is_open = setting.is_on, setting.is_open
    house.portal_actions, house.portal_kinds = setting.actions, setting.kinds
    house.portal_ways = setting.ways
    house.proof_level, house.proof_primary = setting.level, setting.primary
    house.proof_secondary = setting.secondary
    if setting.can_text:
        sms.connect(house, Gateway.TWILIO, "")
    for place, customer in enumerate((cast.keller, cast.huber)):
        one = session.get_one(Customer, customer.id)
        one.portal = setting.access[place]
        one.kind = CustomerKind.PRIVATE if setting.is_private[place] else CustomerKind.BUSINESS
        one.mobile, one.street = setting.mobile[place], setting.street[place]
    for customer, access in zip((cast.keller, cast.huber), setting.access, strict=True):
        session.get_one(Customer, customer.id).portal = access
    house.portal_visible = setting.shown
    for customer, own in zip((cast.keller, cast.huber), setting.own_shown, strict=True):
        session.get_one(Customer, customer.id).visible = own
    huber = session.get_one(Customer, cast.huber.id)
    huber.parent_id = cast.keller.id if setting.is_below else None
    today, now = clock.today(house.timezone), clock.now()
    contacts = session.scalars(select(Contact).order_by(Contact.person_id)).all()
    for place, one in enumerate(contacts):
        at = place % 4
        days = setting.days[at]
        one.rights = setting.rights[at]
        one.ends_on = None if days is None else today + timedelta(days=days)
        one.ended_at = now if setting.ended[at] else None
        person = session.get_one(Person, one.person_id)
        person.disabled_at = now if setting.disabled[at] else None
    for place, document in enumerate(session.scalars(select(Document).order_by(Document.id))):
        document.kind, document.state = setting.kind[place % 4], setting.state[place % 4]
        days = setting.waits[place % 4]
        document.open_until = None if days is None else today + timedelta(days=days)
        document.is_current = document.state in (State.HELD, State.READY, State.PUBLISHED)
    for place, link in enumerate(session.scalars(select(CapabilityLink))):
        link.revoked_at = now if setting.revoked[place % 4] else None
    session.flush()


def known(session: Session, cast: Cast) -> list[queries.Known]:
    """Return everybody of the customers, and every link."""
    house = session.get_one(Organisation, cast.lindenhof.id)
    found = []
    for one in session.scalars(select(Contact)):
        person, customer = (
            session.get_one(Person, one.person_id),
            session.get_one(Customer, one.customer_id),
        )
        found.append(queries.contact_known(one, person, customer, house))
    links = select(CapabilityLink).where(CapabilityLink.organisation_id == house.id)
    return found + [
        queries.link_known(link, session.get_one(Customer, link.customer_id), house)
        for link in session.scalars(links)
    ]


def test_the_chain_says_yes_exactly_where_the_door_opens(app: Flask, cast: Cast) -> None:
    here = installation.of(app)
    with here.database.transaction():
        join(cast)
        for document in (None, cast.hubers):
            make_link(
                cast.lindenhof.id,
                cast.keller.id,
                document.lineage_id if document else None,
                document.id if document else None,
                email="all@kunden.example",
                name="All",
                language="en",
            )
    said = dict.fromkeys(Verdict, 0)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SETTINGS)
    def agree(setting: Setting) -> None:
        with here.database.transaction() as session:
            apply(setting, session, cast)
            documents = session.scalars(select(Document)).all()
            assert len(documents) == 4
            for one in known(session, cast):
                for document in documents:
                    doors = one.verdicts(document, DEEDS)
                    for deed, verdict in doors.items():
                        steps = one.chain(deed, document)
                        assert _told(steps) is verdict, (steps, setting)
                        said[verdict] += 1
            session.rollback()

    agree()
    assert min(said.values()) > 40, "every answer was tried"


def _told(steps: list[Step]) -> Verdict:
    """Return what a printed chain says at its end."""
    if not all(step.passes for step in steps):
        return Verdict.NO
    return Verdict.PROOF if steps[-1].need is Need.PROOF else Verdict.YES


def test_general_actions_follow_the_chain_of_the_portal(app: Flask, cast: Cast) -> None:
    here = installation.of(app)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SETTINGS)
    def agree(setting: Setting) -> None:
        with here.database.transaction() as session:
            apply(setting, session, cast)
            for one in known(session, cast):
                for action in granting.GENERAL_ACTIONS:
                    steps = portal.chain(one.reader.standing, action)
                    assert one.who.rights.allow(action) == all(step.passes for step in steps)
            session.rollback()

    agree()


def show_open_only(session: Session, cast: Cast) -> None:
    """Let Keller's people see open documents only, and let the invoice wait for nothing."""
    session.get_one(Customer, cast.keller.id).visible = Visible.OPEN
    session.get_one(Document, cast.invoice.id).open_until = clock.now().date() - timedelta(days=2)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            lambda s, c: setattr(s.get_one(Organisation, c.lindenhof.id), "portal_is_on", False),
            "module",
        ),
        (
            lambda s, c: setattr(
                s.get_one(Organisation, c.lindenhof.id), "portal_kinds", ["quote"]
            ),
            "kind",
        ),
        (lambda s, c: setattr(s.get_one(Customer, c.keller.id), "portal", Access.NO), "customer"),
        (lambda s, c: setattr(s.get_one(Contact, c.ruth.id), "rights", ["quote:view"]), "contact"),
        (
            lambda s, c: setattr(s.get_one(Contact, c.ruth.id), "ends_on", date(2020, 1, 1)),
            "contact",
        ),
        (
            lambda s, c: setattr(s.get_one(Document, c.invoice.id), "state", State.WITHDRAWN),
            "published",
        ),
        (lambda s, c: setattr(s.get_one(Document, c.invoice.id), "customer_id", c.huber.id), "own"),
        (show_open_only, "visible"),
        (lambda s, c: setattr(s.get_one(Person, c.ruth.id), "disabled_at", clock.now()), "entry"),
    ],
)
def test_the_rule_that_was_changed_is_the_one_that_is_named(
    app: Flask, cast: Cast, change: Callable[[Session, Cast], None], rule: str
) -> None:
    with installation.of(app).database.transaction() as session:
        change(session, cast)
        session.flush()
        session.expire_all()
        one = next(each for each in known(session, cast) if each.who.id == cast.ruth.id)
        steps = one.chain(Deed.VIEW, session.get_one(Document, cast.invoice.id))
    assert [step.rule.value for step in steps if not step.passes] == [rule]
    assert steps[-1].rule is Rule.STEP_UP
