"""A customer's first screen: what waits, what is new, what else there is; nothing stands twice."""

from collections.abc import Container
from typing import Any

from flask import Response

from app.acceptance import queries as acceptance
from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.comments import queries as comments
from app.core import clock
from app.desk.views import blueprint, house
from app.documents import queries as documents
from app.documents.rules.kinds import Kind
from app.master_data import queries as master_data
from app.organisations import queries as organisations
from app.payments import queries as payments
from app.web.page import page

MOST = 10
"""Documents that one list shows."""
LOOK = 50
"""The newest documents, among which what is new since the last visit is looked for."""


@blueprint.get("/home")
@gate(Can.SEE_HOME)
def customer_home() -> Response:
    who = principal()
    if not who.may(Can.READ_DOCUMENTS):
        rule, ended_on = organisations.obstacle_for(who), organisations.ended_on(who, house())
        return page("portal/home_closed.html", house=house(), rule=rule, ended_on=ended_on)
    due, asked = documents.due(who), master_data.asked(who)
    unpaid = documents.open_invoices(who, MOST)
    quotes = acceptance.waiting(who, clock.today(house().timezone), MOST)
    waiting = sorted(unpaid + quotes, key=documents.urgency)[:MOST]
    return page(
        "desk/home.html",
        house=house(),
        due=due,
        waiting=waiting,
        more_unpaid=sum(one.count for one in due) - sum(1 for one in waiting if one in unpaid),
        can_pay=bool(due)
        and who.may(Can.PAY_DOCUMENTS, Kind.INVOICE.value)
        and payments.can_be_paid(who.organisation_id),
        data_nudge=asked.nudge,
        to_decide=asked.to_decide,
        **_news(who, {one.id for one in waiting}),
    )


def _news(who: Principal, listed: Container[str]) -> dict[str, Any]:
    """Return what came since the last visit (K-11), and the newest of the rest; nothing is `listed` twice.

    What is new is looked for among the newest documents of the list.
    """
    since, recent = who.seen_before, documents.newest(who, LOOK)
    said = {} if since is None else comments.answered(who, recent, since)
    rest = [one for one in recent if one.id not in listed]
    news = [
        one
        for one in rest
        if since and (one.lineage_id in said or (one.published_at and one.published_at >= since))
    ]
    others = [one for one in rest if one not in news]
    return {"since": since, "said": said, "news": news[:MOST], "newest": others[:MOST]}
