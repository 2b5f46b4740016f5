"""The way to one's first screen, and the staff's: the desk."""

from datetime import timedelta

from flask import Response

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock
from app.delivery import queries as deliveries
from app.desk.views import blueprint, house
from app.documents import queries as documents
from app.intake import queries as intakes
from app.master_data import queries as master_data
from app.releases import queries as releases
from app.sign_up import queries as sign_up
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
        guests_waiting=sign_up.waiting_count(who),
    )
