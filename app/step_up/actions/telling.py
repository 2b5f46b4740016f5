"""Telling people of tries that failed: the customer of a lock, the administrators of very many."""

from datetime import datetime, timedelta

from app.core import clock, counters, journal, text
from app.core.languages import gettext as _
from app.notices.actions import tell
from app.notices.rules import Addressee, Said
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.step_up import rules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell_of_lock(house: Organisation, customer: Customer, until: datetime) -> None:
    """Mail the customer that somebody tried in vain; not more than a few letters a day."""
    if not customer.email:
        return
    if not counters.allow(f"proof-mails:{customer.id}", rules.MAILS_PER_DAY, DAY):
        return
    tell(
        house,
        Addressee(customer.email, customer.name, customer.language),
        lambda: _of_lock(house, until),
        key=f"proof-locked:{customer.id}:{until.timestamp():.0f}",
        about=("customer", customer.id),
    )


def _of_lock(house: Organisation, until: datetime) -> Said:
    return Said(
        subject=_("Somebody tried in vain to open your documents"),
        sentences=(
            _(
                "At %(organisation)s somebody gave wrong answers %(count)s times when they were asked "
                "who they are. They have seen no files.",
                organisation=house.name,
                count=rules.TRIES,
            ),
            _(
                "This way is closed until %(moment)s. If it was you, try again then.",
                moment=text.moment(until),
            ),
            _(
                "If it was not you, somebody else may have a link of yours. Tell %(organisation)s: "
                "%(address)s.",
                organisation=house.name,
                address=house.contact_email,
            ),
        ),
        label=_("Open the portal"),
        url=f"{house.base_url}/",
    )


def count_failure(house: Organisation) -> None:
    """Count a wrong try; where there are very many, write it down and tell the administrators once.

    Nobody is locked for it: an attacker must not be able to lock a whole organisation (ASVS 6.1.1).
    """
    if counters.allow(f"proof-failures:{house.id}", rules.ALARM, HOUR):
        return
    if not counters.allow(f"proof-alarm:{house.id}", 1, HOUR):
        return
    journal.record(
        "proof.alarm",
        journal.SYSTEM,
        organisation_id=house.id,
        about=("organisation", house.id),
        count=rules.ALARM,
    )
    for person in organisations.administrators(house.id):
        tell(
            house,
            Addressee(person.email, person.name, person.language),
            lambda: _of_alarm(house),
            key=f"proof-alarm:{person.id}:{clock.now():%Y%m%d%H%M}",
            about=("organisation", house.id),
        )


def _of_alarm(house: Organisation) -> Said:
    return Said(
        subject=_("Many wrong answers in the customer portal"),
        sentences=(
            _(
                "Within an hour there were more than %(count)s wrong answers of people who were asked "
                "who they are. Somebody may be guessing.",
                count=rules.ALARM,
            ),
            _(
                "Links, people and networks with too many tries are closed for a while by themselves. "
                "Nobody else is."
            ),
            _("The journal of the customers says with whom it was tried."),
        ),
        label=_("Open the portal"),
        url=f"{house.base_url}/",
    )
