"""The first screens: a customer's home, the staff's desk."""

from datetime import timedelta

from flask import Response

from app.acceptance import queries as acceptance
from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock
from app.delivery import queries as deliveries
from app.desk.views import blueprint, house
from app.documents import queries as documents
from app.intake import queries as intakes
from app.master_data import queries as master_data
from app.organisations import queries as organisations
from app.payments import queries as payments
from app.releases import queries as releases
from app.web import answers
from app.web.page import page

DAYS = 14
SHOWN = 3
"""Pieces of bulk work of each sort that the desk shows."""


@blueprint.get("/")
@public("it only shows the way: to the desk, to one's home, or to signing in")
def home() -> Response:
    who = principal()
    if not who.is_known:
        return answers.sign_in_first()
    return answers.see_other("desk.desk" if who.is_staff else "desk.customer_home")


@blueprint.get("/home")
@gate(Can.SEE_HOME)
def customer_home() -> Response:
    who = principal()
    if not who.may(Can.READ_DOCUMENTS):
        rule, ended_on = organisations.obstacle_for(who), organisations.ended_on(who, house())
        return page("portal/home_closed.html", house=house(), rule=rule, ended_on=ended_on)
    return page(
        "desk/home.html",
        due=documents.due(who),
        open_invoices=documents.open_invoices(who, 10),
        newest=documents.newest(who, 10),
        waiting=acceptance.waiting(who, clock.today(house().timezone), 10),
        house=house(),
        can_pay=who.may(Can.PAY_DOCUMENTS, "invoice") and payments.can_be_paid(who.organisation_id),
        data_nudge=master_data.nudge(who),
    )


@blueprint.get("/desk")
@gate(Can.SEE_DESK)
def desk() -> Response:
    who = principal()
    since = who.seen_before or clock.now() - timedelta(days=1)
    dispatches = deliveries.lately(who, house().timezone, DAYS, since)
    return page(
        "desk/desk.html",
        troubled=deliveries.needing_care(who, 5),
        new=documents.lately(who, since, held=5, newest=8),
        days=dispatches.days,
        changed=dispatches.since,
        since=who.seen_before,
        intakes=intakes.at_work(who, SHOWN),
        releases=releases.at_work(who, SHOWN),
        now=clock.now(),
        data_waiting=master_data.waiting(who),
    )
